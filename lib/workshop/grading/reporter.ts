import { basename, dirname } from 'node:path'
import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node'
import { findExercise, type Exercise } from '../exercises.js'
import { endedFromWithin, takeLoops, type Loop } from './endless-loops.js'
import { exerciseResult, type EndedTest } from './ended-test.js'
import type { Listener } from './listener.js'
import type { ExerciseResult } from './result.js'

/** Translates what vitest reports into how the exercises ended. */
export function gradingReporter({ onStart, onCheck, onEnd }: Listener): Reporter {
  const output = new Map<string, string>()
  return {
    onTestRunStart() {
      output.clear()
      onStart?.()
    },
    onTestCaseReady(test) {
      onCheck?.(exerciseOf(test.module), test.name)
    },
    onUserConsoleLog({ taskId, content }) {
      if (taskId !== undefined) output.set(taskId, (output.get(taskId) ?? '') + content)
    },
    async onTestRunEnd(modules, errors) {
      const loops = takeLoops()
      const others = loops.length === 0 ? errors : errors.filter(({ message }) => !message.includes('Worker'))
      await onEnd(modules.flatMap((module) => resultOf(module, { errors: others, loops, output }) ?? []).sort((a, b) => a.exercise.number - b.exercise.number))
    },
  }
}

/** What happened beside the tests. */
interface Surroundings {
  readonly errors: readonly SerializedError[]
  readonly loops: readonly Loop[]
  readonly output: ReadonlyMap<string, string>
}

function resultOf(module: TestModule, { errors: unhandled, loops, output }: Surroundings): ExerciseResult | undefined {
  const exercise = exerciseOf(module)
  if (exercise === undefined) return undefined
  const tests = [...module.children.allTests()].map((test) => endedTest(test, output.get(test.id) ?? ''))
  const unfinished = tests.find(({ state }) => state === 'pending')
  const running = unfinished?.names.at(-1)
  const ended = unfinished !== undefined && unhandled.some(({ message }) => message.includes('Worker')) ? endedFromWithin(running) : undefined
  const loop = loops.find(({ folder, test }) => (folder === undefined ? running === test : folder === exercise.folder)) ?? ended
  const errors = [...module.errors(), ...[...module.children.allSuites()].flatMap((suite) => suite.errors())]
  const fine = errors.length === 0 && tests.every(({ state }) => state === 'passed' || state === 'skipped')
  return exerciseResult(exercise, { tests, loop, errors: [...errors, ...(fine ? unhandled : [])], duration: module.diagnostic().duration })
}

function endedTest(test: TestCase, output: string): EndedTest {
  const { state, errors } = test.result()
  const names = [test.name]
  for (let { parent } = test; parent.type === 'suite'; { parent } = parent) names.unshift(parent.name)
  return { names, state, record: test.meta(), error: errors?.[0], output, duration: test.diagnostic()?.duration ?? 0 }
}

function exerciseOf(module: TestModule): Exercise | undefined {
  return findExercise(basename(dirname(module.moduleId)))
}
