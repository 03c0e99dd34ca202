import { addressesFrom } from '../../real/addresses.js'
import { Crew } from '../../real/crew.js'
import { free } from '../../real/conductor.js'
import { claimRun } from '../../real/leftovers.js'
import { connectServices } from '../../real/services.js'
import { runTrial } from '../../real/trial.js'
import { installClock } from '../../real/clock.js'
import { testFile, type Exercise } from '../exercises.js'
import { compileChecks } from '../grading/direct/load-checks.js'
import { compileChecks as compileAnswer } from '../judging/compile.js'
import { terminal } from '../screen/terminal.js'
import { loadForReal } from './processes.js'

export interface RealOptions {
  readonly story: boolean
  readonly solution: boolean
  readonly testNamePattern?: string | undefined
}

export async function runForReal(exercise: Exercise, { solution, testNamePattern = '' }: RealOptions): Promise<number> {
  const screen = terminal()
  const services = await connectServices(addressesFrom(process.env))
  const claim = await claimRun(services)
  const text = await (solution ? compileAnswer(exercise, { files: new Map(), rest: 'solution' }) : compileChecks(testFile(exercise)))
  const loaded = await loadForReal(text)
  installClock()
  let number = 0
  try {
    for (const { test, checks } of loaded.tests) {
      if (!test.name.includes(testNamePattern)) continue
      for (const check of checks) {
        const crew = new Crew(loaded.launch(check), 2)
        const [scenario] = await check.check.draw(1, 1)
        if (scenario === undefined) continue
        number += 1
        const begin = performance.now()
        const outcome = await runTrial({ options: check.check.options, scenario, services, claim, crew, number, conductor: free })
        crew.close()
        screen.print(`${test.name} ${(performance.now() - begin).toFixed(0)} ms`)
        for (const { moment, done } of outcome.happened) screen.print(`   ${moment.name} ${moment.instance} ${moment.ask.kind} ${moment.ask.text} ${done?.outcome ?? ''}`)
        screen.print(JSON.stringify({ violation: outcome.violation, failure: outcome.failure, unasked: [...outcome.unasked], jumps: outcome.jumps }))
      }
    }
  } finally {
    loaded.remove()
    await claim.release()
    await services.close()
  }
  return 0
}
