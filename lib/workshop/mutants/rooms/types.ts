import { join } from 'node:path'
import ts from 'typescript'
import { root } from '../../exercises.js'

/** That something is not used any more is no error of a type. */
const aboutUnused = new Set([6133, 6138, 6192, 6196, 6198, 6199, 7027])

let service: { readonly check: (path: string, text: string) => readonly string[] } | undefined

/** What TypeScript says against a file of the engine with this text. It takes seconds the first time. */
export function typeErrors(file: string, text: string): readonly string[] {
  service ??= openService()
  return service.check(join(root, ...file.split('/')), text)
}

function openService(): { readonly check: (path: string, text: string) => readonly string[] } {
  const { options } = ts.parseJsonConfigFileContent(ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)).config, ts.sys, root)
  let changed: { readonly path: string; readonly text: string } | undefined
  let version = 0
  const posix = (path: string): string => path.replaceAll('\\', '/')
  const host: ts.LanguageServiceHost = {
    getCompilationSettings: () => options,
    getScriptFileNames: () => [posix(join(root, 'lib', 'testing.ts')), ...(changed === undefined ? [] : [posix(changed.path)])],
    getScriptVersion: (path) => (changed !== undefined && posix(changed.path) === posix(path) ? String(version) : '0'),
    getScriptSnapshot: (path) => {
      const text = changed !== undefined && posix(changed.path) === posix(path) ? changed.text : ts.sys.readFile(path)
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: (given) => ts.getDefaultLibFilePath(given),
    fileExists: (path) => ts.sys.fileExists(path),
    readFile: (path) => ts.sys.readFile(path),
  }
  const language = ts.createLanguageService(host)
  return {
    check(path, text) {
      changed = { path, text }
      version += 1
      return [...language.getSyntacticDiagnostics(posix(path)), ...language.getSemanticDiagnostics(posix(path))]
        .filter(({ category, code }) => category === ts.DiagnosticCategory.Error && !aboutUnused.has(code))
        .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' ').replace(/\s+/g, ' '))
    },
  }
}
