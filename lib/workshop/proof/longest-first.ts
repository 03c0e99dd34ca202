import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The test files that take longest, by how much of a worker's time they took. When one of them comes last, all other cores wait for it. */
const longest = ['same-results', 'module-7', 'commands', 'judge', 'module-2', 'bad-submissions', 'module-6', 'rooms', 'mutants', 'module-3', 'module-1', 'module-4', 'module-5', 'progress', 'real', 'differential', 'decks'].map((name) => `/${name}.test.ts`)

/**
 * Vitest begins with the files that have most to read, unless it remembers how long they took; those that prove a module are three lines long. Those that
 * share processes come last, and one after the other: a process is only kept for the next file if that may share it, too.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId, project }: TestSpecification): number => {
      const found = longest.findIndex((end) => moduleId.endsWith(end))
      return found >= 0 ? found : longest.length + (project.config.isolate ? 0 : 1)
    }
    return (await super.sort(files)).sort((one, other) => place(one) - place(other))
  }
}
