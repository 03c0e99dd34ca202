import { createHash } from 'node:crypto'
import type { Mutant } from './mutants.js'
import type { MutatedFile } from './subject.js'

export interface Sampled<File extends MutatedFile> {
  readonly file: File
  readonly mutants: readonly Mutant[]
}

/** So many mutants of all, the same for the same seed. What is drawn does not depend on how many there are in other files. */
export function sampleOf<File extends MutatedFile>(files: readonly File[], count: number, seed: string): readonly Sampled<File>[] {
  const drawn = files
    .flatMap((file) => file.mutants.map((mutant) => ({ file, mutant, order: hash(`${seed} ${file.subject.name} ${file.file} ${mutant.start} ${mutant.operator} ${mutant.replacement}`) })))
    .sort((a, b) => (a.order < b.order ? -1 : 1))
    .slice(0, count)
  return files.flatMap((file) => {
    const mutants = drawn.filter((each) => each.file === file).map(({ mutant }) => mutant)
    return mutants.length === 0 ? [] : [{ file, mutants }]
  })
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
