import type { Participant, TraceStep } from '../../simulation/index.js'
import { wordingFor, type Wording } from '../../story/shorten.js'
import { circled, duration, faultNamesInWords } from '../../story/wording.js'
import type { Story } from '../replay/story.js'
import { tag, words } from './html.js'
import { isSame, tablesOf, type Table } from './tables.js'

/** What is known about each step: the message or document, the choices that were open, and the stores and queues after it. */
export function panels(story: Story): readonly string[] {
  const { trace, schedule } = story
  const say = wordingFor([...schedule, JSON.stringify(trace)])
  return trace.steps.map((step, index) => panel(story, index, step, say))
}

function panel(story: Story, index: number, step: TraceStep, say: Wording): string {
  const { steps } = story.trace
  const title = `${who(step, story)}${step.text === '' ? step.action : step.text}`
  const broken = step.number === story.brokenAt ? [tag('p', { class: 'broken' }, '✗ the promise is broken here')] : []
  return tag(
    'section',
    { class: 'panel', id: `about-${step.number}`, 'aria-labelledby': `title-${step.number}` },
    tag('h2', { id: `title-${step.number}` }, tag('span', { class: 'count' }, `step ${step.number} of ${steps.length}`), ' ', words(say(title))),
    tag('p', { class: 'facts' }, facts(step).map((fact) => words(say(fact))).join(' · ')),
    ...broken,
    ...(step.data === undefined || step.data === null ? [] : [tag('h3', {}, dataTitle(step)), tag('pre', {}, words(JSON.stringify(step.data, undefined, 2)))]),
    ...choices(step, story.schedule[index], say),
    ...worldAfter(step, steps[index - 1], say),
  )
}

function who({ from, to }: TraceStep, { trace }: Story): string {
  const several = ({ name, kind }: Participant): boolean => trace.participants.filter((other) => other.name === name && other.kind === kind).length > 1
  const name = (one: Participant): string => `${one.kind === 'store' ? `store of ${one.name}` : one.name}${several(one) ? ` ${circled(one.instance)}` : ''}`
  return to === undefined ? `${name(from)}: ` : `${name(from)} → ${name(to)}: `
}

function facts({ fault, outcome, task, at }: TraceStep): string[] {
  return [
    ...(fault === undefined ? [] : [`⚡ ${faultNamesInWords[fault]}`]),
    ...(outcome === undefined ? [] : [outcome]),
    ...(task === undefined || task === 'scenario' ? [] : [`during ${task}`]),
    at === 0 ? 'no time has passed' : `${duration(at)} since the beginning`,
  ]
}

function dataTitle({ action }: TraceStep): string {
  switch (action) {
    case 'request':
      return 'The request'
    case 'response':
      return 'The response'
    case 'read':
      return 'What was read'
    case 'commit':
      return 'What was written'
    case 'send':
    case 'publish':
    case 'receive':
    case 'settle':
    case 'lock-expired':
      return 'The message'
    default:
      return 'What is in it'
  }
}

function choices({ open }: TraceStep, chosen: string | undefined, say: Wording): string[] {
  if (open === undefined || open.length === 0) return []
  const options = [...new Set(open.map(say))]
  const taken = say(chosen ?? '')
  const items = options.map((option) => {
    const happened = option === taken
    return tag('li', happened ? { class: 'taken' } : {}, happened ? '▶ ' : '', words(option), happened ? tag('span', { class: 'mark' }, 'happened') : '')
  })
  return [tag('h3', {}, options.length === 1 ? 'Nothing else could have happened' : `What could have happened: ${options.length} choices`), tag('ul', { class: 'choices' }, ...items)]
}

function worldAfter({ after }: TraceStep, before: TraceStep | undefined, say: Wording): string[] {
  if (after === undefined) return []
  const tables = tablesOf(after, before?.after)
  return [tag('h3', { class: 'world' }, 'Stores and queues afterwards'), ...(tables.length === 0 ? [tag('p', { class: 'facts' }, 'There are none.')] : tables.map((table) => tableHtml(table, say)))]
}

function tableHtml(table: Table, say: Wording): string {
  const { title, rows } = table
  if (rows.length === 0) return tag('p', { class: 'table same' }, tag('b', {}, words(title)), ' empty')
  return tag(
    'table',
    { class: isSame(table) ? 'table same' : 'table' },
    tag('caption', {}, words(title)),
    ...rows.map(({ cells, change }) =>
      tag(
        'tr',
        { class: change },
        tag('td', {}, tag('div', { class: 'cells' }, ...cells.map((cell) => tag('span', {}, words(say(cell)))))),
        tag('td', { class: 'mark' }, change === 'same' ? '' : change),
      ),
    ),
  )
}
