import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The test files that take longest, by how much of a worker's time they took. When one of them comes last, all other cores wait for it. */
const longest = ['commands', 'module-3', 'same-results', 'judge', 'module-2', 'module-5', 'module-4', 'module-6', 'module-1', 'differential'].map((name) => `/${name}.test.ts`)

/** Vitest begins with the files that have most to read, unless it remembers how long they took; those that prove a module are three lines long. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const found = longest.findIndex((end) => moduleId.endsWith(end))
      return found < 0 ? longest.length : found
    }
    return (await super.sort(files)).sort((one, other) => place(one) - place(other))
  }
}
