import { existsSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ModelError } from './errors.js'

/** Where Java and the tools of TLA+ are. Nothing is downloaded. */

/** Starts a program in a folder, and waits for its end. `show` gets what it prints, as it comes. */
export type Launch = (program: string, parameters: readonly string[], folder: string, show?: (text: string) => void) => Promise<{ readonly status: number | null; readonly output: string }>

/** TLC's archive: where TLA2TOOLS_JAR points, or inside the TLA+ extension of VS Code. */
export function findTla2tools(environment: Readonly<Record<string, string | undefined>>, home: string): string {
  const named = environment['TLA2TOOLS_JAR']
  if (named !== undefined && named !== '') {
    if (existsSync(named)) return named
    throw new ModelError('tlc', {
      what: `TLA2TOOLS_JAR names ${named}, and there is no such file.`,
      why: 'TLC lives in that file; nothing was run.',
      next: 'Let TLA2TOOLS_JAR name tla2tools.jar with its full path, or unset it to use the one of the VS Code extension.',
    })
  }
  const found = ['.vscode', '.vscode-server', '.vscode-insiders', '.vscode-oss']
    .map((product) => join(home, product, 'extensions'))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).filter(isTlaExtension).map((name) => join(folder, name, 'tools', 'tla2tools.jar')))
    .filter((jar) => existsSync(jar))
    .sort((one, other) => one.localeCompare(other, 'en', { numeric: true }))
  const newest = found.at(-1)
  if (newest !== undefined) return newest
  throw new ModelError('tlc', {
    what: 'There is no tla2tools.jar: TLA2TOOLS_JAR is not set, and VS Code has no TLA+ extension.',
    why: 'TLC, the model checker of TLA+, lives in that file. The exercise itself does not need it: its checks run in TypeScript.',
    next: 'Install the extension "TLA+" in VS Code, which brings it along; or get tla2tools.jar from github.com/tlaplus/tlaplus/releases and let TLA2TOOLS_JAR name it.',
  })
}

function isTlaExtension(name: string): boolean {
  return /^(alygin\.vscode-tlaplus|tlaplus\.(vscode-ide|vscode-tlaplus))/.test(name)
}

/** The Java that JAVA_HOME or the path names, when it starts. Throws a `ModelError` of kind `tlc` when there is none. */
export async function findJava(environment: Readonly<Record<string, string | undefined>>, launch: Launch): Promise<string> {
  const home = environment['JAVA_HOME']
  const java = home === undefined || home === '' ? 'java' : join(home, 'bin', 'java')
  if ((await launch(java, ['-version'], tmpdir())).status === 0) return java
  throw new ModelError('tlc', {
    what: `"${java} -version" does not run: there is no Java here.`,
    why: 'TLC is a Java program. The exercise itself does not need it: its checks run in TypeScript.',
    next: 'Install Java 11 or newer (adoptium.net), and let JAVA_HOME name its folder if it is not on the path.',
  })
}
