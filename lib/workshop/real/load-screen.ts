import type { Deeds, LoadFinding, LoadOptions } from '../../real/load/load.js'
import type { Judgement } from '../../real/load/ledgers.js'
import type { Pace } from '../../real/load/pace.js'
import { count, many } from '../../real/load/promises.js'
import type { Exercise } from '../exercises.js'
import { nextLines } from '../screen/next-commands.js'
import type { Terminal } from '../screen/terminal.js'
import { wrap } from '../screen/wrap.js'

export function loadHeading({ name, title }: Exercise, files: 'attendee' | 'solution', { messages, seconds, consumers, seed }: LoadOptions, { broker, database }: { readonly broker: string; readonly database: string }, { paint, width }: Terminal): string {
  const whose = files === 'solution' ? "The solution's files" : 'Your files'
  return [
    paint.bold(`exercise ${name.slice(-2)} · ${title}`),
    wrap(`${whose} under load on ${broker} and ${database}: ${many(messages, 'payment')}, ${consumers === 1 ? '1 process' : `${consumers} processes`} of marketing and 1 of billing, one of which is killed every second, for ${many(seconds, 'second')} (seed ${seed}):`, width),
    '',
  ].join('\n')
}

export function loadText(exercise: Exercise, finding: LoadFinding, terminal: Terminal): string {
  const { paint, width } = terminal
  switch (finding.verdict) {
    case 'interrupted':
      return wrap('Interrupted: nothing can be said of it. All processes are ended, and what was made is removed.', width)
    case 'unusable': {
      const { what, why, next } = finding.failure.explanation
      return [paint.yellow.bold(wrap(`? ${what}`, width, '', '  ')), wrap(why, width, '  '), wrap(next, width, '  ')].join('\n')
    }
    case 'judged':
      return [...finding.judgements.flatMap((judgement) => judgementLines(judgement, terminal)), ...(finding.early ? ['', wrap('It was ended early: where messages are given up, the other promises cannot be asked.', width, '  ')] : []), '', ...deedLines(finding.deeds, terminal), ...paceLines(finding.pace, terminal), '', ...endLines(exercise, finding.judgements, terminal)].join('\n')
  }
}

function judgementLines({ promise, kept, sentence, example }: Judgement, { paint, width }: Terminal): string[] {
  return [`  ${kept ? paint.green('✓') : paint.red('✗')} ${kept ? promise : paint.red.bold(promise)}`, wrap(sentence, width, '      '), ...(example === undefined ? [] : [wrap(example, width, '      ')])]
}

/** What was really done, and what came of it. */
function deedLines({ payments, kills, terminated, cut, returned, retried, duplicates, sentAgain }: Deeds, { paint, width }: Terminal): string[] {
  const done = [many(payments, 'payment'), `${many(kills, 'process', 'processes')} killed (SIGKILL), each started again at once`, `${many(terminated, 'connection')} to PostgreSQL ended by the server (pg_terminate_backend)`, `${many(cut, 'connection')} to RabbitMQ cut at one moment, those for publishing for half a second`]
  const came = [`${many(returned + retried, 'redelivery', 'redeliveries')} seen, ${count(returned)} after a kill or a cut and ${count(retried)} after an attempt that had failed`, `${many(duplicates, 'duplicate')} among them, of what had been done already`, `${many(sentAgain, 'voucher')} sent again under the same id`]
  return [paint.dim(wrap(`done: ${done.join('; ')}`, width, '  ', '    ')), paint.dim(wrap(`came of it: ${came.join('; ')}`, width, '  ', '    '))]
}

function paceLines(pace: Pace | undefined, { paint, width }: Terminal): string[] {
  if (pace === undefined) return [paint.dim(wrap('What the guarantee costs is measured from 5,000 messages on.', width, '  ', '    '))]
  const ratio = pace.yours / pace.plain
  return [
    '',
    `  ${paint.bold(`The guarantee costs: ${ratio.toFixed(2)} of the plain consumer's rate`)}`,
    wrap(`${count(Math.round(pace.yours))} payments a second with these files, ${count(Math.round(pace.plain))} with a consumer that does one insert per payment and acknowledges it: no total, no voucher, no outbox, no memory of messages. ${count(pace.payments)} payments each, in turns, before anything was killed; the same processes, connections and queues, one message at a time. Half of these payments earn a voucher. It is the ratio that counts: both rates are those of this machine.`, width, '    '),
  ]
}

function endLines({ name }: Exercise, judgements: readonly Judgement[], terminal: Terminal): string[] {
  const { paint, width } = terminal
  const kept = judgements.filter((judgement) => judgement.kept).length
  const counts = `${kept} of ${many(judgements.length, 'promise')} kept under load`
  if (kept === judgements.length) return [paint.green.bold(`✓ ${name}: ${counts}`), wrap('That is evidence from one run, not from all: npm test searches every schedule.', width)]
  return [paint.red.bold(`✗ ${name}: ${counts}`), ...nextLines([[`npm test -- ${name}`, 'the shortest story of what breaks']], terminal)]
}
