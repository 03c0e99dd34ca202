import { Writable } from 'node:stream'

/**
 * Node.js and V8 print stacks of their own when a process is aborted or its memory runs out: they are about Node.js, and the screen says what has
 * happened. Everything else goes through.
 */
export function withoutNativeTraces(target: { write(text: string): unknown }): Writable {
  let rest = ''
  let within = false
  const pass = (line: string): void => {
    within = isHeading(line) || (within && (line.trim() === '' || /^\s*\d+: |^\[/.test(line)))
    if (!within) target.write(line)
  }
  return new Writable({
    decodeStrings: false,
    write(chunk: Buffer | string, _encoding, done) {
      const lines = (rest + chunk.toString()).split(/(?<=\n)/)
      // What has no end yet may become a heading.
      rest = lines.at(-1)?.endsWith('\n') === false ? (lines.pop() ?? '') : ''
      for (const line of lines) pass(line)
      done()
    },
    final(done) {
      if (rest !== '') pass(rest)
      done()
    },
  })
}

function isHeading(line: string): boolean {
  return /^(?:----- (?:Native|JavaScript) stack trace -----|<--- .+ --->|FATAL ERROR: |#(?:\s|$|FailureMessage))/.test(line)
}
