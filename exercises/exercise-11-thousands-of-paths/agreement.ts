import type { Promises, View } from '#lib/testing'
import { describeHistory, histories, rules, speaksToItself, viewOf, type History, type Names } from './histories.js'

/** Your promises, both kinds. */
export interface Submission {
  readonly always: Promises
  readonly atRest: Promises
}

/** A promise that is not kept although nothing agreed is broken, in words; undefined when there is none. */
export function falseAlarm(promises: Submission, names: Names): string | undefined {
  return [names, confusable].map((each) => falseAlarmWith(promises, each, each === names)).find((found) => found !== undefined)
}

/** Names of which two, joined, read like two others: `Fiat 1` and `0Bo`, `Fiat 10` and `Bo`. */
const confusable: Names = { cars: ['Fiat 1', 'Fiat 10'], customers: ['Bo', '0Bo'] }

function falseAlarmWith(promises: Submission, names: Names, yours: boolean): string | undefined {
  for (const { events, ids, broken } of histories(names)) {
    if (broken !== undefined) continue
    for (const [moment, name, ask] of questions(promises, events)) {
      const answer = answerOf(ask, moment)
      if (answer === true) continue
      const readable = ids === 'readable' ? undefined : 'An id is any text, and a message may go out twice: compare ids with each other, not with a text of your own, and do not count messages.'
      const foreign = speaksToItself(moment) ? 'Without the messages that sales sends to itself, it is kept. They are no answers, and nobody else reads them: told leaves them out.' : undefined
      const early = moment.length < events.length && answerOf(ask, events) === true ? 'It is asked after every step, also while an answer is still on its way. What must have happened only in the end belongs in atRest.' : undefined
      return [
        `✗ a false alarm: "${name}"`,
        '  In this history all that was agreed is kept:',
        '',
        describeHistory(moment),
        '',
        ...wrap(`Your promise says: ${answer}`),
        ...wrap(foreign ?? early ?? (yours ? readable : 'A name is any text: compare cars with cars and customers with customers, not two names that were joined.') ?? 'Is anybody worse off here: a customer, or Driveway? If not, the promise asks for too much.'),
      ].join('\n')
    }
  }
  return undefined
}

/** An agreed rule that may be broken without any promise noticing, in words; undefined when there is none. */
export function missingRule(promises: Submission, names: Names): string | undefined {
  for (const { events, broken } of histories(names)) {
    if (broken === undefined || questions(promises, events).toReversed().some(([moment, , ask]) => answerOf(ask, moment) !== true)) continue
    return [
      `✗ a rule is left out: ${rules[broken.rule]}`,
      '  In this history it is broken, and every promise of yours is kept:',
      '',
      describeHistory(events),
      '',
      ...wrap(`Here ${broken.because}. An implementation that breaks only this rule would pass.`),
      ...wrap('Evaluate your promises for this history by hand: which of them should have objected, or is there none about this rule?'),
    ].join('\n')
  }
  return undefined
}

/**
 * A promise whose answer depends on what it was asked before, in words; undefined when there is none. The same histories are asked about with two sets
 * of names that no promise has heard of yet: once from the shortest to the longest, once the other way round, so that what is kept for good at the
 * first question shows, too. And with names that the promises may know.
 */
export function remembers(promises: Submission, known: Names): string | undefined {
  const fresh = [
    { cars: ['Renault 4', 'Renault 5'], customers: ['Toni', 'Ute'] },
    { cars: ['Opel GT', 'Opel Manta'], customers: ['Vera', 'Willi'] },
  ]
  const all = [...fresh, known].map((names) => histories(names).filter(({ ids }) => ids === 'readable').filter((_, index) => index < 60).map(({ events }) => events))
  for (const [name, ask] of Object.entries({ ...promises.always, ...promises.atRest })) {
    const kept = (events: History['events']): string => String(answerOf(ask, events) === true)
    const [one = [], other = [], yours = []] = all
    const [first, again, before] = [one.map(kept), one.map(kept), yours.map(kept)]
    const backwards = other.toReversed().map(kept).toReversed()
    const after = yours.toReversed().map(kept).toReversed()
    const at = one.findIndex((_, index) => again[index] !== first[index] || backwards[index] !== first[index])
    const events = at >= 0 ? one[at] : yours.find((_, index) => before[index] !== after[index])
    if (events === undefined) continue
    return [
      `✗ "${name}" remembers something`,
      '  It was asked more than once about this history, and its answers differ:',
      '',
      describeHistory(events),
      '',
      ...wrap('A promise is asked about many runs, in any order, and some of them again. What it has kept from another run makes its answer worthless, and the story that would be told is not possible.'),
      ...wrap('Let it depend on the view alone: no Set, Map, list or counter outside of the function.'),
    ].join('\n')
  }
  return undefined
}

type Question = readonly [events: History['events'], name: string, ask: (view: View) => unknown]

/** What must never happen is asked at every moment; what must have happened in the end, at rest. */
function questions({ always, atRest }: Submission, events: History['events']): Question[] {
  const moments = Array.from({ length: events.length + 1 }, (_, index) => events.slice(0, index))
  return [
    ...moments.flatMap((moment) => Object.entries(always).map(([name, ask]): Question => [moment, name, ask])),
    ...Object.entries(atRest).map(([name, ask]): Question => [events, name, ask]),
  ]
}

/** What is neither true nor a sentence is told when the nine are judged. */
function answerOf(ask: (view: View) => unknown, events: History['events']): true | string {
  try {
    const answer = ask(viewOf(events))
    return answer === true ? true : String(answer)
  } catch (error) {
    return error instanceof Error && error.name === 'AssertionError' ? error.message : `it threw ${String(error)}`
  }
}

/** Indented lines that fit into 80 columns. */
function wrap(text: string): string[] {
  return text.replace(/(\S.{0,75}\S|\S)(?:\s+|$)/g, '  $1\n').trimEnd().split('\n')
}
