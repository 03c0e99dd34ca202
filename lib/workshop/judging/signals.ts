const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Tidies up and ends this process when somebody interrupts it. @returns what takes that back. */
export function withSignals(tidy: () => void): () => void {
  const interrupted = (): never => {
    tidy()
    process.exit(130)
  }
  for (const signal of signals) process.on(signal, interrupted)
  return () => {
    for (const signal of signals) process.off(signal, interrupted)
  }
}
