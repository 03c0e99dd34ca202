/** What a process is asked to load. */
export interface SuiteWork {
  /** A JSON file with the engine and its tests: from their paths to their code; see `compile.ts`. */
  readonly modules: string
  /** Files that others stand in for. */
  readonly replaced: Readonly<Record<string, string>>
  /** The test files to load, with the tests to run by their names; `all` for all of them. */
  readonly tests: Readonly<Record<string, readonly string[] | 'all'>>
  /** Where to note which regions each test reached, a line of JSON (`Reached`) for each test. */
  readonly reached?: string
}

/** Which regions a test reached. */
export interface Reached {
  readonly test: string
  readonly file: string
  readonly regions: readonly number[]
}
