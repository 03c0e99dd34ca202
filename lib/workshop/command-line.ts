import type { Command } from './command.js'
import { ExplainedError } from './explained-error.js'
import { withFlagsFromNpm } from './npm-options.js'
import { terminal } from './screen/terminal.js'
import { wrap } from './screen/wrap.js'

/** Loaded when asked for, so that a command waits for nobody else's libraries. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./commands/start.js')).start,
  test: async () => (await import('./commands/test.js')).test,
  observe: async () => (await import('./commands/observe.js')).observe,
  replay: async () => (await import('./commands/replay.js')).replay,
  story: async () => (await import('./commands/story.js')).story,
  hint: async () => (await import('./commands/hint.js')).hint,
  solution: async () => (await import('./commands/solution.js')).solution,
  reset: async () => (await import('./commands/reset.js')).reset,
  restore: async () => (await import('./commands/restore.js')).restore,
  mob: async () => (await import('./commands/mob.js')).mob,
  room: async () => (await import('./commands/room.js')).room,
  join: async () => (await import('./commands/join.js')).join,
  grade: async () => (await import('./commands/grade.js')).grade,
  report: async () => (await import('./commands/report.js')).report,
  judge: async () => (await import('./commands/judge.js')).judge,
  mutants: async () => (await import('./commands/mutants.js')).mutants,
  matrix: async () => (await import('./commands/matrix.js')).matrix,
  bench: async () => (await import('./commands/bench.js')).bench,
  proof: async () => (await import('./commands/proof.js')).proof,
  quotes: async () => (await import('./commands/quotes.js')).quotes,
  slides: async () => (await import('./commands/slides.js')).slides,
  sheets: async () => (await import('./commands/sheets.js')).sheets,
  compare: async () => (await import('./commands/compare.js')).compare,
  real: async () => (await import('./commands/real.js')).real,
  tlc: async () => (await import('./commands/tlc.js')).tlc,
}

/** Runs what was typed, and gives the exit code. */
export async function runCommand([name = 'start', ...args]: readonly string[]): Promise<number> {
  const screen = terminal()
  try {
    const load = Object.hasOwn(commands, name) ? commands[name] : undefined
    if (load === undefined) {
      throw new ExplainedError({
        what: `There is no command "${name}".`,
        why: 'Nothing was done.',
        next: `The commands are ${Object.keys(commands).join(', ')}; add --help to learn more of one.`,
      })
    }
    const command = await load()
    if (args.includes('--help') || args.includes('-h')) {
      screen.print([wrap(command.summary, screen.width), '', usageIn(command.usage, screen.width), '', wrap(command.help, screen.width)].join('\n'))
      return 0
    }
    return await command.run(withFlagsFromNpm(args, command.flags ?? {}, command.usage))
  } catch (error) {
    if (!(error instanceof ExplainedError)) throw error
    const { what, why, next } = error.explanation
    screen.complain([screen.paint.red.bold(wrap(`✗ ${what}`, screen.width, '', '  ')), wrap(why, screen.width, '  '), wrap(next, screen.width, '  ')].join('\n'))
    return error.exitCode
  }
}

/** Nothing between brackets is broken. */
function usageIn(usage: string, width: number): string {
  const stuck = usage.replace(/\[[^\]]*\]/g, (option) => option.replaceAll(' ', '\u00A0'))
  return wrap(stuck, width, '  ', '    ').replaceAll('\u00A0', ' ')
}
