import { fork } from 'node:child_process'
import type { Finding } from '../../exploration/index.js'
import { builtFile } from '../built-file.js'
import { root, type Exercise } from '../exercises.js'
import type { LastStory } from '../records/last-story.js'

/** What the simulator has to tell of the first check that does not pass. */
export type FirstStory =
  | { readonly kind: 'story'; readonly test: string; /** Which check of the test, from 0. */ readonly check: number; readonly finding: Extract<Finding, { verdict: 'broken' }> }
  /** The check is about something else than a running system. */
  | { readonly kind: 'nothing runs' }
  | { readonly kind: 'no story'; readonly text: string }
  /** Every check passes. */
  | { readonly kind: 'kept' }

/**
 * Finds the first story of an exercise that breaks a promise, in a process of its own.
 *
 * @param module the path of the graded checks; see `processes.ts`.
 * @returns the story, or why there is none.
 */
export async function firstStory(exercise: Exercise, module: string, signal: AbortSignal): Promise<LastStory | { readonly none: string }> {
  const child = fork(builtFile('story-process'), [module], { cwd: root, env: { ...process.env, NODE_ENV: 'test', WORKSHOP_RUN: 'graded' }, execArgv: [], serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'], signal, killSignal: 'SIGKILL' })
  const first = await new Promise<FirstStory>((resolve) => {
    child.once('message', (message: FirstStory) => resolve(message))
    child.once('error', ({ message }) => resolve({ kind: 'no story', text: message }))
    // Comes after whatever it has said.
    child.once('disconnect', () => resolve({ kind: 'no story', text: 'the process of the checks has ended' }))
  })
  switch (first.kind) {
    case 'story':
      return { exercise: exercise.name, test: first.test, check: first.check, schedule: first.finding.schedule, finding: first.finding }
    case 'nothing runs':
      return { none: 'nothing to stage: it checks something else than a running system' }
    case 'kept':
      return { none: 'nothing to stage: every promise is kept' }
    case 'no story':
      return { none: `no story: ${first.text.split('\n')[0] ?? ''}` }
  }
}
