import { copyFileSync, renameSync, rmSync } from 'node:fs'

/** What Windows answers while an editor, an indexer or a virus scanner has the file open; a moment later it is free again. */
const busy = new Set(['EPERM', 'EACCES', 'EBUSY'])

/** The calls that `moveOver` makes; a test brings its own. */
export interface Moves {
  readonly rename: (from: string, to: string) => void
  readonly copy: (from: string, to: string) => void
  readonly remove: (path: string) => void
  readonly pause: (milliseconds: number) => void
}

/**
 * Puts one file in the place of another. A reader finds the old contents or the new. Only when the old file stays open for longer than half a second
 * is it overwritten where it is: Windows allows that to whoever it does not allow to rename.
 */
export function moveOver(from: string, to: string, { rename, copy, remove: removeFile, pause }: Moves = ofThisMachine): void {
  for (const milliseconds of [10, 20, 40, 80, 160, 320]) {
    try {
      rename(from, to)
      return
    } catch (error) {
      if (!isBusy(error)) throw error
      pause(milliseconds)
    }
  }
  copy(from, to)
  removeFile(from)
}

/** Removes a file or a folder, whether it is there or not. */
export function remove(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 6, retryDelay: 20 })
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && busy.has(error.code)
}

const ofThisMachine: Moves = {
  rename: renameSync,
  copy: copyFileSync,
  remove,
  pause: (milliseconds) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds),
}
