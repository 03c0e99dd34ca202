import { cut } from '../../story/width.js'
import type { Terminal } from '../screen/terminal.js'

export interface TypeProblem {
  /** `submit-cart.ts` */
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly message: string
}

const most = 5

/** What is wrong, a line each. */
export function typeLines(problems: readonly TypeProblem[], { paint, width }: Terminal): string[] {
  if (problems.length === 0) return []
  const more = problems.length - most
  return [
    paint.yellow(`! ${problems.length === 1 ? 'one type error' : `${problems.length} type errors`}; checks run all the same`),
    ...problems.slice(0, most).map(({ file, line, message }) => {
      const place = `${file}:${line}`
      return `  ${paint.cyan(place)}  ${cut(message.replace(/\s+/g, ' '), width - place.length - 4)}`
    }),
    ...(more > 0 ? [paint.dim(`  … and ${more} more; your editor shows them, and npx tsc --noEmit`)] : []),
  ]
}
