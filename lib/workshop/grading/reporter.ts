import { basename, dirname } from 'node:path'
import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node'
import { findExercise, type Exercise } from '../exercises.js'
import { problemOf } from './problem.js'
import { takeLoops, type Loop } from './endless-loops.js'
import type { CheckResult, ExerciseResult, Level, Problem } from './result.js'

export interface Listener {
  /** A run begins; again at each change in watch mode. */
  readonly onStart?: () => void
  /** A check begins. */
  readonly onCheck?: (exercise: Exercise | undefined, name: string) => void
  /** All checks are over; again after each run in watch mode. */
  readonly onEnd: (results: readonly ExerciseResult[]) => void | Promise<void>
}

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
      await onEnd(modules.flatMap((module) => exerciseResult(module, { errors: others, loops, output }) ?? []).sort((a, b) => a.exercise.number - b.exercise.number))
    },
  }
}

/** What happened beside the tests. */
interface Surroundings {
  readonly errors: readonly SerializedError[]
  readonly loops: readonly Loop[]
  readonly output: ReadonlyMap<string, string>
}

function exerciseResult(module: TestModule, { errors: unhandled, loops, output }: Surroundings): ExerciseResult | undefined {
  const exercise = exerciseOf(module)
  if (exercise === undefined) return undefined
  const tests = [...module.children.allTests()]
  const unfinished = tests.find((test) => test.result().state === 'pending')
  const loop = loops.find(({ folder, test }) => (folder === undefined ? unfinished?.name === test : folder === exercise.folder))
  const checks = tests.map((test) => checkResult(test, output.get(test.id) ?? '', test.name === loop?.test && test.result().state === 'pending' ? loop.problem : undefined))
  const errors = [...module.errors(), ...[...module.children.allSuites()].flatMap((suite) => suite.errors())]
  const fine = errors.length === 0 && checks.every(({ state }) => state === 'passed' || state === 'skipped')
  const atImport = loop !== undefined && checks.every(({ problem }) => problem !== loop.problem) ? [loop.problem] : []
  return { exercise, checks, problems: [...atImport, ...[...errors, ...(fine ? unhandled : [])].map(problemOf)], duration: module.diagnostic().duration }
}

/** @param looping why the check never ended, if it did not. */
function checkResult(test: TestCase, output: string, looping: Problem | undefined): CheckResult {
  const result = test.result()
  const findings = test.meta().findings ?? []
  const { level, name, group } = placeOf(test)
  const error = result.errors?.[0]
  const verdict = findings.at(-1)?.verdict
  const state = {
    passed: 'passed',
    skipped: 'skipped',
    pending: looping === undefined ? 'unknown' : 'broken',
    failed: verdict === 'unknown' || error?.name === 'Unknown' ? 'unknown' : 'broken',
  } as const
  return { fullName: test.fullName, name, group, level, state: state[result.state], findings, problem: looping ?? (error === undefined ? undefined : problemOf(error)), output, duration: test.diagnostic()?.duration ?? 0 }
}

/** The stars stand before the name of the test, or before that of a suite around it. */
function placeOf(test: TestCase): { readonly level: Level; readonly name: string; readonly group: string | undefined } {
  const own = splitStars(test.name)
  if (own.level > 0) return { ...own, group: undefined }
  for (let { parent } = test; parent.type === 'suite'; { parent } = parent) {
    const suite = splitStars(parent.name)
    if (suite.level > 0) return { level: suite.level, name: test.name, group: suite.name }
  }
  return { ...own, group: undefined }
}

function splitStars(text: string): { readonly level: Level; readonly name: string } {
  const [, stars = '', name = text] = /^(★{0,3})\s*(.*)$/s.exec(text) ?? []
  const levels: readonly Level[] = [0, 1, 2, 3]
  return { level: levels[stars.length] ?? 0, name }
}

function exerciseOf(module: TestModule): Exercise | undefined {
  return findExercise(basename(dirname(module.moduleId)))
}
