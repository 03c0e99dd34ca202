/** As a shell reports a process that was ended because nobody reads what it writes: 128 and the number of SIGPIPE. */
const unread = 141

/** Ends the process without a word when its reader has gone, as in `npm start | head -1`; Windows calls it EOF. */
export function endWithReader(streams: readonly NodeJS.EventEmitter[] = [process.stdout, process.stderr], exit: (code: number) => void = (code) => process.exit(code)): void {
  for (const stream of streams) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EOF' && error.code !== 'ERR_STREAM_DESTROYED') throw error
      exit(unread)
    })
  }
}
