import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import SQLite from 'better-sqlite3'
import { afterAll, describe, expect, test } from 'vitest'
import { displayWidth } from '../story/width.js'
import { root } from './exercises.js'
import { copyWorkshop, type Copy } from './fixtures/copy.js'

const copies: Copy[] = []
const copy = (): Copy => {
  const made = copyWorkshop()
  copies.push(made)
  return made
}
afterAll(() => {
  for (const each of copies) each.remove()
})

const escape = '\u001B'

describe('the first quarter of an hour', () => {
  const workshop = copy()

  test('the starter breaks a promise, and the README shows exactly that', async () => {
    const { code, stdout, stderr } = await workshop.run(['test', 'exercise-01'])
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    const [, quoted] = /```text\n([\s\S]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? []
    expect(stdout.trim()).toBe(quoted?.trim())
    expect(stdout).not.toContain(escape)
    expect(stdout).not.toContain('node_modules')
  })

  test('replay runs the story again, and tells it step by step', async () => {
    const { code, stdout } = await workshop.run(['replay', '1'])
    expect(code).toBe(0)
    expect(stdout).toContain('▶ the response 201 to POST /carts/c1/submission is lost')
    expect(stdout).toContain('web store · orders')
    expect(stdout).toContain('✗ one order per cart')
  })

  test('observe tells the same story, and leaves the stores behind', async () => {
    const { code, stdout } = await workshop.run(['observe', '01', '--keep-db'])
    expect(code).toBe(0)
    expect(stdout).toContain('+ orders 5dc82fca')
    const database = new SQLite(join(workshop.root, '.workshop', 'stores', 'exercise-01', 'web.sqlite'), { readonly: true })
    expect(database.prepare("SELECT id, version FROM documents WHERE collection = 'carts'").all()).toEqual([{ id: 'c1', version: 1 }])
    database.close()
  })

  test('with the solution in place everything passes, with evidence; a story of before does not fit', async () => {
    expect((await workshop.run(['solution', '1', '--apply'])).code).toBe(0)
    const [judged, observed, replayed] = await Promise.all([workshop.run(['test', '1']), workshop.run(['observe', '1']), workshop.run(['replay', '1'])])
    expect(judged.code).toBe(0)
    expect(judged.stdout).toContain('✓ exercise-01 ★★★ all 5 checks pass')
    expect(judged.stdout).toMatch(/exhaustive: all [\d,]+ executions within 1 crash, 1 lost response/)
    expect(judged.stdout).toContain('solutions/exercise-01-double-click/README.md')
    expect(observed.stdout).toContain('your files keep every promise')
    expect(replayed.code).toBe(1)
    expect(replayed.stderr).toMatch(/recorded story does not fit any more: expected "[^"]+",\s+found "/)
    const started = await workshop.run(['start'])
    expect(started.code).toBe(0)
    expect(started.stdout).toContain('★★★ done')
  })
})

describe('what people really write', () => {
  const rewrite = (workshop: Copy, from: string, to: string): void => writeFileSync(workshop.file, readFileSync(workshop.file, 'utf8').replace(from, to))
  const judge = async (from: string, to: string, env: Readonly<Record<string, string>> = {}): Promise<string> => {
    const workshop = copy()
    rewrite(workshop, from, to)
    const { code, stdout } = await workshop.run(['test', '1'], env)
    expect(code).toBe(1)
    expect(stdout).not.toMatch(/node_modules|^\s+at (?!exercises)/m)
    return stdout
  }

  test.concurrent('a syntax error is told with its line', async () => {
    expect(await judge('const cart = await', 'const cart == await')).toMatch(/✗ Syntax error: .+\n +at exercises\/exercise-01-double-click\/submit-cart\.ts:7/)
  })

  test.concurrent('an endless loop is ended, and told with its line', async () => {
    const told = await judge('const orderId = crypto.randomUUID()', 'const orderId = crypto.randomUUID()\n    for (;;) await null', { WORKSHOP_LOOP_LIMIT: '700' })
    expect(told).toMatch(/"POST \/carts\/:cartId\/submission" goes on for ever.+\n.*\n? +at exercises\/exercise-01-double-click\/submit-cart\.ts:12/)
    expect(told).toContain('? ★   a customer may buy two of the same car')
  })

  test.concurrent('a missing export is told as such', async () => {
    expect(await judge('export const web', 'export const site')).toContain('Look at the exports of your file')
  })

  test.concurrent('a narrow terminal with colours loses nothing', async () => {
    const told = await judge('', '', { COLUMNS: '60', FORCE_COLOR: '1' })
    expect(told).toContain(`${escape}[31m`)
    const lines = stripVTControlCharacters(told).split('\n')
    expect(lines.filter((line) => displayWidth(line) > 60)).toEqual([])
  })
})

describe('what a command replaces is kept', () => {
  const workshop = copy()
  const kept = (): string[] => {
    const folder = join(workshop.root, '.workshop', 'kept', 'exercise-01')
    return existsSync(folder) ? readdirSync(folder).sort() : []
  }
  const lastKept = (name: string): string => join(workshop.root, '.workshop', 'kept', 'exercise-01', kept().at(-1) ?? '', name)
  const starter = readFileSync(workshop.file, 'utf8')

  test('nothing changes, nothing is kept', async () => {
    expect((await workshop.run(['reset', '1'])).stdout).toContain('nothing to do')
    expect(kept()).toEqual([])
  })

  test('a file that cannot be written', async () => {
    writeFileSync(workshop.file, 'mine')
    chmodSync(workshop.file, 0o444)
    const { code, stdout } = await workshop.run(['reset', '1'])
    expect(code).toBe(0)
    expect(stdout).toContain(join('.workshop', 'kept', 'exercise-01', kept()[0] ?? '?'))
    expect(readFileSync(lastKept('submit-cart.ts'), 'utf8')).toBe('mine')
    expect(readFileSync(workshop.file, 'utf8')).toBe(starter)
  })

  test.skipIf(process.platform === 'win32')('a link, whose target stays as it is', async () => {
    const target = join(workshop.root, 'elsewhere.ts')
    writeFileSync(target, 'linked')
    rmSync(workshop.file)
    symlinkSync(target, workshop.file)
    await workshop.run(['reset', '1'])
    expect([readFileSync(target, 'utf8'), readFileSync(lastKept('submit-cart.ts'), 'utf8'), readFileSync(lastKept('submit-cart.ts.link'), 'utf8').trim()]).toEqual(['linked', 'linked', target])
    expect(lstatSync(workshop.file).isFile()).toBe(true)
  })

  test.skipIf(process.platform === 'win32')('a link that leads nowhere', async () => {
    rmSync(workshop.file)
    symlinkSync('nowhere.ts', workshop.file)
    expect((await workshop.run(['solution', '1', '--apply'])).code).toBe(0)
    expect(readFileSync(lastKept('submit-cart.ts.link'), 'utf8').trim()).toBe('nowhere.ts')
    expect(lstatSync(workshop.file).isFile()).toBe(true)
  })

  test('a folder that stands in its place', async () => {
    rmSync(workshop.file)
    mkdirSync(workshop.file)
    writeFileSync(join(workshop.file, 'note.txt'), 'a note')
    await workshop.run(['reset', '1'])
    expect(readFileSync(join(lastKept('submit-cart.ts'), 'note.txt'), 'utf8')).toBe('a note')
    expect(readFileSync(workshop.file, 'utf8')).toBe(starter)
  })
})

describe('hints', () => {
  test('one more at each call, and never the answer', async () => {
    const workshop = copy()
    const texts: string[] = []
    for (let call = 1; call <= 4; call++) texts.push((await workshop.run(['hint', '1'])).stdout)
    expect(texts.map((text) => /hint \d of \d/.exec(text)?.[0])).toEqual(['hint 1 of 3', 'hint 2 of 3', 'hint 3 of 3', 'hint 3 of 3'])
    expect(texts[3]).toContain('there are no more')
    expect(texts[3]).toContain('npm run solution -- exercise-01')
  })
})
