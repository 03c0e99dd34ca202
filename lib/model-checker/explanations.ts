import type { Explanation } from './errors.js'
import { print, type Trace } from './trace.js'

/** What the checker says, in one place: what happened, why it matters here, what to do next. */

export const broken = <S>(name: string, { steps }: Trace<S>): Explanation => ({
  what:
    steps.length === 1
      ? `${name} is false before anything has happened.`
      : `${name} is false after ${count(steps.length - 1, 'step')}, the last of them ${steps.at(-1)?.action ?? ''}.`,
  why: `This run is possible, so it will happen. No shorter run breaks ${name}: every state that fewer steps can reach was seen, and was fine.`,
  next: `Read the run from the end: is the last step wrong, or did an earlier one leave it no choice? And if every step is right, then ${name} asks for too much.`,
})

export const deadlock = (states: number): Explanation => ({
  what: `Nothing can happen any more after ${count(states - 1, 'step')}, and the specification does not say that this is the end.`,
  why: 'Whoever is still waiting in this state will wait for ever.',
  next: 'Either some action should be enabled in the last state, or it is a good end: then let "terminal" be true for it.',
})

export const unreached = (name: string): Explanation => ({
  what: `"${name}" should happen sometimes, and is true in no reachable state.`,
  why: 'A specification in which nothing happens keeps every promise, and proves nothing.',
  next: 'Look for the action that should lead there: is its condition too strong, or was the part that may go wrong left out?',
})

export const notLedTo = (name: string, begins: number, fair: boolean): Explanation => ({
  what: `"${name}" is not kept: what it waits for begins in state ${begins} and, the way this run goes on, never ends.`,
  why: 'No single state of this run is wrong. That is why no invariant can see it: the good thing just never comes.',
  next: fair
    ? 'Look at the steps that are repeated, or at the state in which the run stops: which action should have been able to get out?'
    : 'No action is declared fair, so everything may stop at any moment. Name in "fairness" the actions that must not be put off for ever.',
})

export const neverEnabled = (name: string): Explanation => ({
  what: `The action ${name} was not enabled in any reachable state.`,
  why: 'All that it might have broken was never tried, so "nothing is broken" says too little.',
  next: `Compare the condition of ${name} with what the other actions leave behind; often a name is misspelt, or a bound is 0.`,
})

export const vacuous = (name: string): Explanation => ({
  what: `${name} never had anything to say: what it is about happened in no reachable state.`,
  why: '"Whenever it rains, I carry an umbrella" is true in the desert. It does not show that there is an umbrella.',
  next: 'Make its first part come true in some reachable state, or correct it if it should already.',
})

export const limit = (limit: number, depth: number, growing: readonly string[]): Explanation => ({
  what: `Stopped after ${limit.toLocaleString('en')} distinct states, ${count(depth, 'level')} deep, with more to see.`,
  why:
    growing.length > 0
      ? `It may never end. These keep growing (at a quarter, half, three quarters and the end of the longest runs): ${growing.join('; ')}.`
      : 'Nothing is broken so far, but what was not seen was not checked. No variable seems to grow without end: the space may just be large.',
  next:
    growing.length > 0
      ? 'Put a bound on what grows (a number of attempts, a length), or leave out of the state what no action and no promise looks at.'
      : 'Make the numbers of messages, failures or processes smaller, or raise "maxStates".',
})

export const noInitialState: Explanation = {
  what: 'The specification has no initial state.',
  why: 'Nothing can be reached from nowhere, so nothing would be checked.',
  next: 'Give "initial" at least one state.',
}

export const notDeterministic = (action: string): Explanation => ({
  what: `The action ${action} gave other next states when it was asked a second time about the same state.`,
  why: 'The checker rebuilds a run by asking again; with such an action no run means anything.',
  next: `Let ${action} depend on the state alone: no clock, no random number, no variable outside. What may turn out in several ways gives several next states.`,
})

export const changedInPlace = (action: string | undefined): Explanation => ({
  what: `${action === undefined ? 'An action' : `The action ${action}`} changed the state that it was given.`,
  why: 'Other actions start from the same state, and would start from something that nobody decided.',
  next: 'Give back a new state: { ...state, part: … } for objects, [...list, element], add() and remove() for lists and sets.',
})

export const unknownAction = (name: string, names: readonly string[]): Explanation => ({
  what: `"fairness" names the action ${name}, and there is none.`,
  why: 'A promise would be judged without the fairness that was meant.',
  next: `The actions are: ${names.join(', ')}.`,
})

export const notBoolean = (asked: string, answer: unknown): Explanation => ({
  what: `${capital(asked)} answered ${answer === undefined ? 'undefined' : print(answer)} instead of true or false.`,
  why: 'The checker does not guess what that was to mean.',
  next: answer === undefined ? 'Perhaps a "return" is missing.' : 'Compare explicitly: … > 0, … !== null.',
})

export const notData = (asked: string, found: string): Explanation => ({
  what: `A state from ${asked} has ${found}.`,
  why: 'States are compared and counted by their content, so a state holds plain data only.',
  next: 'Use null, booleans, numbers, strings, arrays and plain objects: null for "nothing", add() and remove() for sets.',
})

export const threw = (asked: string, error: unknown, state: unknown): Explanation => ({
  what: `${capital(asked)} threw ${String(error)}${place(error)}.`,
  why: 'That is a mistake in the specification, not an answer about it.',
  next: `It was asked about this state: ${print(state)}`,
})

function place(error: unknown): string {
  const line = error instanceof Error ? error.stack?.split('\n').find((text) => /^\s+at /.test(text)) : undefined
  return line === undefined ? '' : ` (${line.trim()})`
}

export function count(number: number, thing: string): string {
  return `${number.toLocaleString('en')} ${thing}${number === 1 ? '' : 's'}`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
