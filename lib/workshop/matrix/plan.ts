import { ExplainedError } from '../explained-error.js'

/** Which Node.js meets which npm, each as a range that the registry understands: `20.19`, `26`, `12`. */
export interface Pair {
  readonly node: string
  readonly npm: string
}

export interface Plan {
  readonly pairs: readonly Pair[]
  /** Also run `npm test`, which takes minutes. */
  readonly test: boolean
  /** Neither Python nor a C++ compiler can be found. */
  readonly withoutCompiler: boolean
  /** As after `npm config set ignore-scripts true`. */
  readonly ignoreScripts: boolean
}

export const defaultNodes = '20.19,22,24,26'
export const defaultNpms = '10,11,12'

/** @throws ExplainedError for what is no list of versions. */
export function pairsOf(nodes: string, npms: string): readonly Pair[] {
  return versions(nodes, '--node').flatMap((node) => versions(npms, '--npm').map((npm) => ({ node, npm })))
}

function versions(list: string, flag: string): readonly string[] {
  const found = list.split(',').map((each) => each.trim())
  const wrong = found.find((each) => !/^\d+(?:\.\d+){0,2}$/.test(each))
  if (wrong === undefined) return [...new Set(found)]
  throw new ExplainedError({
    what: `${flag} was given "${wrong}".`,
    why: 'It is not a version, and nothing was installed.',
    next: `Name versions and put commas between them: npm run matrix -- --node ${defaultNodes} --npm ${defaultNpms}`,
  })
}
