import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe as group, expect, test } from 'vitest'
import { findTla2tools, type Launch } from './tla-tools.js'
import { emptyInvariants, runTlc, setConstants } from './tlc.js'
import { translationIn } from './translation.js'

const scratch = mkdtempSync(join(tmpdir(), 'tlc-test-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

function put(...path: readonly string[]): string {
  const file = join(scratch, ...path)
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, '')
  return file
}

group('finding tla2tools.jar', () => {
  test('where TLA2TOOLS_JAR points; and a wrong name is said to be wrong', () => {
    const jar = put('elsewhere', 'tla2tools.jar')
    expect(findTla2tools({ TLA2TOOLS_JAR: jar }, scratch)).toBe(jar)
    expect(() => findTla2tools({ TLA2TOOLS_JAR: `${jar}x` }, scratch)).toThrow('there is no such file')
  })

  test('in the newest TLA+ extension of VS Code', () => {
    const home = join(scratch, 'home')
    expect(() => findTla2tools({}, home)).toThrow('Install the extension "TLA+" in VS Code')
    put('home', '.vscode', 'extensions', 'somebody.else-1.0.0', 'tools', 'tla2tools.jar')
    put('home', '.vscode', 'extensions', 'alygin.vscode-tlaplus-1.5.4', 'tools', 'tla2tools.jar')
    const newest = put('home', '.vscode', 'extensions', 'alygin.vscode-tlaplus-1.10.0', 'tools', 'tla2tools.jar')
    expect(findTla2tools({}, home)).toBe(newest)
  })
})

/** What a translator and a TLC would do and print, without Java. */
function standIn({ translate = (module: string): string => module, tlc = printed, said = '' }: { translate?: (module: string) => string; tlc?: string; said?: string } = {}): { launch: Launch; seen: string[]; config: () => string } {
  const seen: string[] = []
  let config = ''
  const launch: Launch = async (program, parameters, folder, show) => {
    seen.push([program, ...parameters].join(' '))
    if (parameters.includes('-version')) return { status: 0, output: '' }
    if (parameters.includes('pcal.trans')) {
      const file = parameters.at(-1) ?? ''
      writeFileSync(file, translate(readFileSync(file, 'utf8')))
      return { status: 0, output: said }
    }
    config = readFileSync(join(folder, 'MessageHandler.cfg'), 'utf8')
    show?.(tlc)
    return { status: tlc.includes('is violated') ? 12 : 0, output: tlc }
  }
  return { launch, seen, config: () => config }
}

const printed = [
  'Model checking completed. No error has been found.',
  '218997 states generated, 136200 distinct states found, 0 states left on queue.',
  'The depth of the complete state graph search is 41.',
].join('\n')

group('running TLC', () => {
  const jar = put('tools', 'tla2tools.jar')
  const environment = { TLA2TOOLS_JAR: jar }

  test('translates first; with one worker, outside the exercise folder, and with the constants asked for', async () => {
    const { launch, seen, config } = standIn()
    const shown: string[] = []
    const result = await runTlc('exercise-12', { tree: 'solutions', constants: { MessageCount: 3, MaxFailures: 3 }, environment, launch, show: (text) => shown.push(text) })
    expect(result).toEqual({ passed: true, algorithm: true, output: printed, empty: [], generated: 218997, distinct: 136200, depth: 41 })
    expect(shown).toEqual([printed])
    expect(seen).toHaveLength(3)
    expect(seen[1]).toContain(`-cp ${jar} pcal.trans -nocfg`)
    expect(seen[2]).toContain(`-cp ${jar} tlc2.TLC -workers 1 -noGenerateSpecTE`)
    expect(seen[2]).toMatch(/-config MessageHandler\.cfg MessageHandler\.tla$/)
    expect(config()).toContain('MessageCount = 3')
    expect(config()).toContain('MaxFailures = 3')
    expect(config()).toContain('None = None')
  })

  test('the untouched starter is red, whatever TLC says: its promises say nothing', async () => {
    const { launch } = standIn()
    const { passed, empty } = await runTlc('exercise-12', { environment, launch, root: untouched() })
    expect(passed).toBe(false)
    expect(empty).toEqual(['NoGhostMessages', 'NoLostMessages', 'NoDuplicateProcessing', 'ConsistentOutput'])
  })

  test('an invariant without a variable is empty also where only TLC can see it', () => {
    const warning = 'Warning: The invariant Fine is a constant-level formula (i.e., it contains no variables, primes, or temporal operators) and evaluates to TRUE.'
    expect(emptyInvariants('Fine == 1 = 1\nGood == queue = {}', 'SPECIFICATION Spec\nINVARIANT Fine Good\nPROPERTIES P', warning)).toEqual(['Fine'])
  })

  test('a stale translation is refused, and a missing one; --translate mends both, and leaves the rest alone', async () => {
    for (const damage of [(module: string) => module.replace("pc' = \"Send\"", "pc' = \"Ack\""), (module: string) => module.replace(/\\\* BEGIN TRANSLATION[\s\S]*END TRANSLATION\n/, '')]) {
      const root = untouched()
      const file = join(root, 'exercises', 'exercise-12-model-checking', 'MessageHandler.tla')
      const good = readFileSync(file, 'utf8')
      const bad = damage(good)
      expect(bad).not.toBe(good)
      writeFileSync(file, bad)
      const { launch, seen } = standIn({ translate: () => good.replace('BEGIN TRANSLATION', 'BEGIN TRANSLATION (chksum(pcal) = "1")') })
      await expect(runTlc('exercise-12', { environment, launch, root })).rejects.toThrow(/is not that of the algorithm above it|has no translation of its algorithm/)
      expect(seen.filter((line) => line.includes('tlc2.TLC'))).toEqual([])
      const written: string[] = []
      await runTlc('exercise-12', { environment, launch, root, translate: (_, content) => written.push(content) })
      expect(written.map(translationIn)).toEqual([translationIn(good)])
    }
  })

  test('a translator that changes more than the translation writes nothing', async () => {
    const { launch } = standIn({ translate: (module) => module.replace("pc' = \"Send\"", "pc' = \"Ack\"").replace('TODO 1', 'DONE 1') })
    await expect(runTlc('exercise-12', { environment, launch, root: untouched(), translate: () => undefined })).rejects.toThrow('changed more of')
  })

  test('an algorithm that cannot be translated, and a jar without the tools, are said to be that', async () => {
    const untranslatable = standIn({ said: 'pcal.trans Version 1.11\n\nUnrecoverable error:\n -- Missing `end either\'\n    line 40, column 5.\n' })
    await expect(runTlc('exercise-12', { environment, launch: untranslatable.launch })).rejects.toThrow("cannot be translated: Missing `end either' line 40, column 5.")
    const wrongJar = standIn({ said: 'Error: Could not find or load main class pcal.trans\nCaused by: java.lang.ClassNotFoundException: pcal.trans' })
    await expect(runTlc('exercise-12', { environment, launch: wrongJar.launch })).rejects.toThrow('does not hold the tools of TLA+')
  })

  test('says what is missing: Java, a specification, a constant', async () => {
    await expect(runTlc('exercise-12', { environment, launch: async () => ({ status: 1, output: '' }) })).rejects.toThrow('Install Java 11 or newer')
    await expect(runTlc('exercise-99', { environment })).rejects.toThrow('exercise-99 has no TLA+ specification')
    expect(() => setConstants('MessageCount = 1', { Messages: 2 })).toThrow('no constant Messages')
  })
})

/** A repository in which nobody has changed the exercise yet. */
function untouched(): string {
  const root = mkdtempSync(join(scratch, 'root-'))
  const folder = join(root, 'exercises', 'exercise-12-model-checking')
  const starter = fileURLToPath(new URL('../../solutions/exercise-12-model-checking/starter', import.meta.url))
  cpSync(starter, folder, { recursive: true })
  return root
}
