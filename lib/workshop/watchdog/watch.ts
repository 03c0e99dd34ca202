import type * as Files from 'node:fs'
import type * as Inspector from 'node:inspector'
import type { Debugger } from 'node:inspector'
import type * as Modules from 'node:module'
import type { SourceMapPayload } from 'node:module'
import type * as Paths from 'node:path'
import type * as Urls from 'node:url'
import type * as Threads from 'node:worker_threads'

export interface Watched {
  /** The main thread counts up here: first at each turn of its event loop and whenever it has made progress, then for progress alone. */
  readonly beats: Int32Array
  /** Milliseconds of processor time without a beat. */
  readonly limit: number
  /** Turns of the event loop, a tenth of a second each, that bring no progress and take no time: so long may nothing happen. */
  readonly patience: number
  /** Where the report goes. */
  readonly folder: string
}

/** Why a process was ended. */
export interface LoopReport {
  /** True when it waited for something that never came; otherwise it did not come back from a loop. */
  readonly idle: boolean
  /** The test that was running, if any. */
  readonly test?: string
  /** Functions of the attendee's, the innermost first. */
  readonly frames: readonly { readonly name: string; readonly file: string; /** From 1. */ readonly line: number }[]
}

/**
 * Runs in a thread of its own, as text: it may use nothing but its parameters.
 *
 * @param require that of the thread.
 */
export function watchMainThread(require: NodeJS.Require, { beats, limit, patience, folder }: Watched): void {
  const { Session } = require('node:inspector') as typeof Inspector
  const { parentPort } = require('node:worker_threads') as typeof Threads
  const { mkdirSync, writeFileSync } = require('node:fs') as typeof Files
  const url = require('node:url') as typeof Urls
  const paths = require('node:path') as typeof Paths
  const { SourceMap } = require('node:module') as typeof Modules

  const maps = new Map<string, InstanceType<typeof SourceMap>>()
  let test: string | undefined
  let lastBeat = -1
  let processorAtBeat = 0
  let lastProgress = -1
  let beatAtProgress = 0
  let processorAtProgress = 0
  let resting = false
  /** While files are loaded, others work for this process: compilers, the disk. */
  const loading = 6
  parentPort?.on('message', (name: string | null) => {
    resting = name === null
    test = name ?? undefined
  })
  let timer = setInterval(look, 250)

  function processor(): number {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1000
  }

  function look(): void {
    const beat = Atomics.load(beats, 0)
    const progress = Atomics.load(beats, 1)
    if (progress !== lastProgress || resting) {
      lastProgress = progress
      beatAtProgress = beat
      processorAtProgress = processor()
    } else if (beat - beatAtProgress > (test === undefined ? loading : 1) * patience && processor() - processorAtProgress < (beat - beatAtProgress) * 10) {
      // Nine tenths of the time nothing at all was done.
      end([], true)
    }
    if (beat !== lastBeat) {
      lastBeat = beat
      processorAtBeat = processor()
    } else if (processor() - processorAtBeat > limit) {
      clearInterval(timer)
      investigate()
    }
  }

  /** Stops the main thread, and goes on step by step until it is in the attendee's code: a loop may spend much of its time elsewhere. */
  function investigate(): void {
    const scripts = new Map<string, Debugger.ScriptParsedEventDataType>()
    const session = new Session()
    let attempts = 0
    // The debugger may find no way to the main thread, or none to the attendee's code.
    const giveUp = setTimeout(() => end([]), 10_000)
    session.connectToMainThread()
    session.on('Debugger.scriptParsed', ({ params }) => scripts.set(params.scriptId, params))
    session.on('Debugger.paused', ({ params }) => {
      attempts += 1
      const frames = params.callFrames.map(({ functionName, location }) => ({ name: functionName, ...place(location, scripts.get(location.scriptId)) }))
      const own = frames.filter(({ file }) => /[\\/](exercises|solutions)[\\/]/.test(file))
      if (Atomics.load(beats, 0) !== lastBeat) {
        // It came back just now.
        clearTimeout(giveUp)
        session.post('Debugger.resume', () => session.disconnect())
        timer = setInterval(look, 250)
      } else if (own.length > 0 || attempts >= 400) {
        end(own)
      } else {
        session.post(attempts % 20 === 0 ? 'Debugger.stepOut' : 'Debugger.stepInto')
      }
    })
    session.post('Debugger.enable', () => session.post('Debugger.pause'))
  }

  /** Where it stands in the file that the attendee has written: what runs is a translation of it, with a source map at its end. */
  function place({ lineNumber, columnNumber = 0 }: Debugger.Location, script: Debugger.ScriptParsedEventDataType | undefined): { file: string; line: number } {
    const { url: from = '', sourceMapURL = '' } = script ?? {}
    const file = (from.startsWith('file:') ? url.fileURLToPath(from) : from).replace(/\?.*$/, '')
    const entry = mapAt(sourceMapURL)?.findEntry(lineNumber, columnNumber)
    if (entry === undefined || !('originalLine' in entry)) return { file, line: lineNumber + 1 }
    // A translation of one file has that file's name; one of several files says for each line where it is from.
    return { file: entry.originalSource.startsWith('file:') ? url.fileURLToPath(entry.originalSource) : file, line: entry.originalLine + 1 }
  }

  function mapAt(sourceMapURL: string): InstanceType<typeof SourceMap> | undefined {
    const [, encoded] = /base64,(.*)$/.exec(sourceMapURL) ?? []
    if (encoded === undefined) return undefined
    const map = maps.get(encoded) ?? new SourceMap(JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')) as SourceMapPayload)
    maps.set(encoded, map)
    return map
  }

  function end(frames: LoopReport['frames'], idle = false): void {
    const report: LoopReport = { idle, ...(test === undefined ? {} : { test }), frames }
    mkdirSync(folder, { recursive: true })
    writeFileSync(paths.join(folder, `${process.pid}.json`), JSON.stringify(report))
    process.kill(process.pid, 'SIGKILL')
  }
}
