export interface Measured {
  readonly perSecond: number
  readonly runs: number
}

/** Runs `once` again and again for so many milliseconds, after a warm-up of a fifth of that. */
export async function perSecond(milliseconds: number, once: () => Promise<void>): Promise<Measured> {
  await repeat(milliseconds / 5, once)
  return repeat(milliseconds, once)
}

async function repeat(milliseconds: number, once: () => Promise<void>): Promise<Measured> {
  const begin = performance.now()
  let runs = 0
  let elapsed = 0
  while (elapsed < milliseconds) {
    await once()
    runs += 1
    elapsed = performance.now() - begin
  }
  return { perSecond: (runs / elapsed) * 1000, runs }
}
