import { callSite, hashText, HarnessError, MisuseError, type Node, type NodeDefinition, type Task, type World } from '../simulation/index.js'
import { checkInstances, checkName, checkOptions } from './definition.js'
import { makeContext, parts, type Context } from './context.js'
import { nameThrown } from './thrown.js'
import { goDown } from './outages.js'

/** What a process does from its start on. */
export type Job = (context: Context) => Promise<void>

export interface JobOptions {
  /** How many processes run it, each on its own. Default 2. */
  readonly instances?: number
}

/**
 * A job: it begins when its process starts, and is done when it returns. Nobody sends it messages or waits for it. After a crash, or an
 * error that has left it, a process manager starts it again from its beginning; promises see such errors with `outagesOf`.
 */
export function job<const Name extends string>(name: Name, run: Job, options: JobOptions = {}): NodeDefinition<Name> {
  checkName(name, 'job')
  checkOptions(options, ['instances'], `job('${name}')`)
  if (typeof run !== 'function') {
    throw new MisuseError('invalid-definition', {
      what: `job('${name}') was given ${typeof run} in place of what it does.`,
      why: 'Its processes would start, and do nothing.',
      next: `Write job('${name}', async (context) => { … }).`,
    })
  }
  return {
    name,
    kind: 'service',
    instances: checkInstances(options.instances ?? 2, name),
    concurrency: 1,
    keepsMemory: false,
    crashes: true,
    autostart: true,
    install: (world: World, node: Node) => void parts(world).stores.database(node.name),
    boot: (process) => ({ hash: hashText(`job ${name}`), seed: hashText(`${name} ${process.instance} ${process.incarnation}`), label: 'job', payload: undefined }),
    run: async (task: Task, world: World) => {
      const all = parts(world)
      try {
        await run(makeContext(all, task))
      } catch (error) {
        if (error instanceof MisuseError || error instanceof HarnessError) throw error
        if (task.issued.length === 0) throw neverBegins(name, error)
        task.process.host.noteThrown(task, error)
        await goDown(world, task, error, nameThrown(error), true)
      }
      task.leave()
    },
  }
}

function neverBegins(name: string, error: unknown): MisuseError {
  const site = callSite(error)
  return new MisuseError('unhandled-rejection', {
    what: `The job ${name} threw ${nameThrown(error).replace(/\.$/, '')}${site === undefined ? '' : ` (${site})`}, before it asked for anything.`,
    why: 'It will do so each time it is started, so nothing is ever done.',
    next: 'Correct that line. If something "is not a function", look at how it is spelt: the context has store, http, send and publish.',
  })
}
