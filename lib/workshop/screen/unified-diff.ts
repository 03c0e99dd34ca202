interface Line {
  readonly sign: ' ' | '-' | '+'
  readonly text: string
}

/**
 * The difference between two texts in unified form: ` ` for what both have, `-` for what only the first has, `+` for what only the second has. Empty
 * when they are the same. It compares every line with every line, which is fast enough for files that people read.
 */
export function unifiedDiff(before: string, after: string, context = 3): string[] {
  const lines = compare(before.split('\n'), after.split('\n'))
  const changes = lines.flatMap(({ sign }, index) => (sign === ' ' ? [] : [index]))
  const near = (index: number): boolean => changes.some((change) => Math.abs(change - index) <= context)
  const result: string[] = []
  let [one, other] = [1, 1]
  lines.forEach((line, index) => {
    if (near(index)) {
      if (!near(index - 1) || index === 0) result.push(`@@ line ${one} · line ${other} @@`)
      result.push(`${line.sign}${line.text}`)
    }
    if (line.sign !== '+') one += 1
    if (line.sign !== '-') other += 1
  })
  return result
}

/** By the longest common subsequence: `common[i][j]` is how many lines the rests from `i` and from `j` share, in order. */
function compare(before: readonly string[], after: readonly string[]): Line[] {
  const common = Array.from({ length: before.length + 1 }, () => new Uint32Array(after.length + 1))
  const shared = (i: number, j: number): number => common[i]?.[j] ?? 0
  for (let i = before.length - 1; i >= 0; i--) {
    const row = common[i] ?? new Uint32Array()
    for (let j = after.length - 1; j >= 0; j--) row[j] = before[i] === after[j] ? shared(i + 1, j + 1) + 1 : Math.max(shared(i + 1, j), shared(i, j + 1))
  }
  const lines: Line[] = []
  let [i, j] = [0, 0]
  while (i < before.length || j < after.length) {
    const [one, other] = [before[i], after[j]]
    if (one !== undefined && one === other) {
      lines.push({ sign: ' ', text: one })
      i += 1
      j += 1
    } else if (one !== undefined && (other === undefined || shared(i + 1, j) >= shared(i, j + 1))) {
      lines.push({ sign: '-', text: one })
      i += 1
    } else {
      lines.push({ sign: '+', text: other ?? '' })
      j += 1
    }
  }
  return lines
}
