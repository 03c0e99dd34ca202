import { parseArgs } from 'node:util'
import { parsed } from '../arguments.js'
import type { Command } from '../command.js'
import { ExplainedError } from '../explained-error.js'
import { joinRoom, leaveRoom, stateText } from '../room/join-room.js'
import { terminal } from '../screen/terminal.js'

const usage = 'npm run join -- 192.168.1.20:4000 --code KLIF --name Ada'

export const join: Command = {
  usage: `${usage} [--leave]`,
  summary: 'Joins the facilitator’s room: from then on it sees how far you have got. Everything works without.',
  help: ['The facilitator’s screen shows the address and the code. What is sent is printed when you join: never code, never a file.', '--leave ends it. Without arguments it says whether you have joined.'].join('\n'),
  flags: { '--code': 'with value', '--name': 'with value', '--leave': 'alone' },
  async run(args) {
    const { values, positionals } = parsed(() => parseArgs({ args: [...args], allowPositionals: true, options: { code: { type: 'string' }, name: { type: 'string' }, leave: { type: 'boolean', default: false } } }))
    const { code, name, leave } = values
    const [address, ...more] = positionals
    const screen = terminal()
    if (leave) {
      screen.print(await leaveRoom(screen))
      return 0
    }
    if (address === undefined && code === undefined && name === undefined) {
      screen.print(stateText(screen))
      return 0
    }
    if (more.length > 0) throw new ExplainedError({ what: `Too many arguments: ${positionals.join(', ')}.`, why: 'Nothing was sent.', next: `A name with blanks stands in quotation marks: ${usage.replace('Ada', '"Ada L."')}` })
    const missing = [...(address === undefined ? ['the address'] : []), ...(code === undefined ? ['--code'] : []), ...(name === undefined ? ['--name'] : [])]
    if (address === undefined || code === undefined || name === undefined) throw new ExplainedError({ what: `To join a room takes more: ${missing.join(' and ')}.`, why: 'Nothing was sent.', next: `Address and code are on the facilitator’s screen: ${usage}` })
    screen.print(await joinRoom({ address, code, name }, screen))
    return 0
  },
}
