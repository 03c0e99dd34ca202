import { runCommand } from './command-line.js'
import { endWithReader } from './screen/closed-pipe.js'

endWithReader()
process.exitCode = await runCommand(process.argv.slice(2))
