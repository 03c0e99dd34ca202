import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe as group, expect, test } from 'vitest'
import { findTla2tools, runTlc, setConstants, type Launch } from './tlc.js'

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

group('running TLC', () => {
  const jar = put('tools', 'tla2tools.jar')
  const printed = [
    'Model checking completed. No error has been found.',
    '218997 states generated, 136200 distinct states found, 0 states left on queue.',
    'The depth of the complete state graph search is 41.',
  ].join('\n')

  test('with one worker, outside the exercise folder, and with the constants asked for', () => {
    const seen: string[] = []
    let config = ''
    const launch: Launch = (program, parameters, folder) => {
      seen.push([program, ...parameters].join(' '))
      if (parameters.includes('-config')) config = readFileSync(join(folder, 'MessageHandler.cfg'), 'utf8')
      return { status: 0, output: printed }
    }
    const result = runTlc('exercise-12', { tree: 'solutions', constants: { MessageCount: 3, MaxFailures: 3 }, environment: { TLA2TOOLS_JAR: jar }, launch })
    expect(result).toEqual({ passed: true, output: printed, generated: 218997, distinct: 136200, depth: 41 })
    expect(seen).toHaveLength(2)
    expect(seen[1]).toContain(`-cp ${jar} tlc2.TLC -workers 1`)
    expect(seen[1]).toMatch(/-config MessageHandler\.cfg MessageHandler\.tla$/)
    expect(config).toContain('MessageCount = 3')
    expect(config).toContain('MaxFailures = 3')
    expect(config).toContain('None = None')
  })

  test('says what is missing: Java, a specification, a constant', () => {
    const environment = { TLA2TOOLS_JAR: jar }
    expect(() => runTlc('exercise-12', { environment, launch: () => ({ status: 1, output: '' }) })).toThrow('Install Java 11 or newer')
    expect(() => runTlc('exercise-99', { environment })).toThrow('exercise-99 has no TLA+ specification')
    expect(() => setConstants('MessageCount = 1', { Messages: 2 })).toThrow('no constant Messages')
  })
})
