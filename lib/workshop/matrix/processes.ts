import { spawn, spawnSync, type ChildProcess } from 'node:child_process'

export interface Ended {
  readonly code: number
  /** Standard output and standard error, as they came. */
  readonly output: string
}

export type Environment = Readonly<Record<string, string | undefined>>

/** Runs programs one after the other, and can end the one that runs, with all that it has started. */
export class Processes {
  #current: ChildProcess | undefined

  run(program: string, args: readonly string[], { cwd, env }: { readonly cwd: string; readonly env: Environment }): Promise<Ended> {
    return new Promise((resolve, reject) => {
      // In a group of its own, so that it can be ended with what it started: npm starts shells, and they start compilers.
      const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: process.platform !== 'win32', windowsHide: true })
      this.#current = child
      const pieces: Buffer[] = []
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => pieces.push(piece))
      child.on('error', reject)
      child.on('close', (code) => {
        this.#current = undefined
        resolve({ code: code ?? 1, output: Buffer.concat(pieces).toString('utf8') })
      })
    })
  }

  end(): void {
    const pid = this.#current?.pid
    if (pid === undefined) return
    if (process.platform === 'win32') {
      spawnSync('taskkill', ['/pid', String(pid), '/T', '/F'])
      return
    }
    try {
      process.kill(-pid, 'SIGKILL')
    } catch {
      // It has ended in the meantime.
    }
  }
}
