import { parseArgs } from 'node:util'
import { parsed } from '../arguments.js'
import type { Command } from '../command.js'
import { ExplainedError } from '../explained-error.js'
import { listExercises } from '../exercises.js'
import { terminal } from '../screen/terminal.js'

export const room: Command = {
  usage: 'npm run room -- [--port 4001] [--host 192.168.1.20] [--new] [--csv] [--json]',
  summary: 'A page with everybody’s progress, live, for the facilitator. It is served on the local network alone.',
  help: [
    'It prints an address and a code. Attendees join with npm run join; a browser that looks needs the code, too.',
    'It listens on one network interface: the likeliest, or the one that --host names, by address or name. The state is in .workshop/room and outlasts the command. --new begins an empty room and puts the old one aside.',
    '--csv and --json print who has reached what, and end. They can be used while the room is open, too.',
  ].join('\n'),
  flags: { '--port': 'with value', '--host': 'with value', '--new': 'alone', '--csv': 'alone', '--json': 'alone' },
  async run(args) {
    const flag = { type: 'boolean', default: false } as const
    const { values } = parsed(() => parseArgs({ args: [...args], options: { port: { type: 'string' }, host: { type: 'string' }, new: flag, csv: flag, json: flag } }))
    const port = values.port === undefined ? undefined : portIn(values.port)
    const screen = terminal()
    const { roomFolder, runRoom } = await import('../room/run.js')
    if (!values.csv && !values.json) {
      await runRoom({ host: values.host, port, fresh: values.new }, screen)
      return 0
    }
    if (values.csv && values.json) throw new ExplainedError({ what: 'Both --csv and --json were asked for.', why: 'Nothing was printed.', next: 'Ask for one, then for the other.' })
    const [{ Keeping }, { roomAsCsv, roomAsJson }] = await Promise.all([import('../room/room-database.js'), import('../room/table.js')])
    const kept = Keeping.look(roomFolder)
    if (kept === undefined) throw new ExplainedError({ what: 'There was no room in this clone.', why: 'So there is nothing to print.', next: 'npm run room opens one.' }, 1)
    const people = kept.people.map(({ person }) => person)
    screen.print(values.csv ? roomAsCsv(people, listExercises()) : roomAsJson(kept.about, people))
    return 0
  },
}

function portIn(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535) return port
  throw new ExplainedError({ what: `--port ${text} is no port.`, why: 'Nothing was opened.', next: 'Give a number from 1 to 65535: --port 4001.' })
}
