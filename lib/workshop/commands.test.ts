import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { requireSqlite } from '../store/index.js'
import { displayWidth } from '../story/width.js'
import { contentOf } from './attendee-files.js'
import { root } from './exercises.js'
import { copyWorkshop, type Copy } from './fixtures/copy.js'

// Each starts processes, and a machine may be busy with others.
vi.setConfig({ testTimeout: 180_000 })

const copies: Copy[] = []
const copy = (): Copy => {
  const made = copyWorkshop()
  copies.push(made)
  return made
}
afterAll(() => {
  for (const each of copies) each.remove()
}, 60_000)

/** What the README shows. */
const readmeStory = (): string | undefined => /```text\n([\s\S]*?)```/.exec(contentOf(join(root, 'README.md')) ?? '')?.[1]?.trim()

const escape = '\u001B'

describe('the first quarter of an hour', () => {
  const workshop = copy()

  test('the starter breaks a promise, and the README shows exactly that', async () => {
    const { code, stdout, stderr } = await workshop.run(['test', 'exercise-01'])
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(stdout.trim()).toBe(readmeStory())
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
    const database = requireSqlite().open(join(workshop.root, '.workshop', 'stores', 'exercise-01', 'web.sqlite'))
    expect(database.prepare("SELECT id, version FROM documents WHERE collection = 'carts'").all()).toEqual([['c1', 1]])
    database.close()
  })

  test('observe takes -t', async () => {
    const [none, kept, broken, wrong] = await Promise.all(['nobody', 'a customer may buy two', 'web stalls', '('].map((text) => workshop.run(['observe', '1', '-t', text])))
    expect(none?.stdout).toContain('? No check matches that name, so nothing was run.')
    expect(none?.stdout).toContain('  · two clicks at the same time\n')
    expect(kept?.stdout).toContain('Nothing goes wrong in the checks that were run; there are others.')
    expect(broken?.stdout).toContain('Your files, run until a promise broke:\n\n★★ web stalls')
    expect(wrong?.stderr).toContain('-t needs a part of the name of a check, and "(" is none.')
  })

  test('with the solution in place everything passes, with evidence', async () => {
    expect((await workshop.run(['solution', '1', '--apply'])).code).toBe(0)
    const [judged, observed] = await Promise.all([workshop.run(['test', '1']), workshop.run(['observe', '1'])])
    expect(judged.code).toBe(0)
    expect(judged.stdout).toContain('✓ exercise-01 ★★★ all 11 checks pass')
    expect(judged.stdout).toMatch(/exhaustive: all [\d,]+ executions within 1 crash, 1 lost response/)
    expect(judged.stdout).toContain('solutions/exercise-01-double-click/README.md')
    expect(observed.stdout).toContain('your files keep every promise')
    const started = await workshop.run(['start'])
    expect(started.code).toBe(0)
    expect(started.stdout).toContain('★★★ done')
  })
})

describe('replay and story tell the story of the last run, or say why there is none', () => {
  const workshop = copy()
  const starter = readFileSync(workshop.file, 'utf8')

  test('before any run', async () => {
    const { code, stderr } = await workshop.run(['replay', '1'])
    expect(code).toBe(1)
    expect(stderr).toBe('✗ There is no story of exercise-01 yet.\n  A story is recorded when a check fails with your files as they are now.\n  Run npm test -- exercise-01 first.\n')
  })

  test('after observe', async () => {
    expect((await workshop.run(['observe', '1'])).stdout).toContain('npm run replay -- exercise-01')
    const [replayed, told] = await Promise.all([workshop.run(['replay', '1']), workshop.run(['story', '1'])])
    expect(replayed.stdout).toContain('✗ one order per cart')
    expect(told.stdout).toContain(join('.workshop', 'stories', 'exercise-01.html'))
  })

  test('after a change that makes it impossible, before the next run', async () => {
    writeFileSync(workshop.file, starter.replace('const cart = await', "await context.store.get('carts', 'another')\n    const cart = await"))
    const { code, stderr } = await workshop.run(['replay', '1'])
    expect(code).toBe(1)
    expect(stderr).toMatch(/^✗ Your files have changed, and this story cannot happen any more\.\n {2}Step 2 of the recorded story does not fit any more: expected "[^"]+",\s+found "/)
    expect(stderr).toContain('Run npm test -- exercise-01 again')
  })

  test('after a run that failed without a story', async () => {
    writeFileSync(workshop.file, starter.replace('export const web', 'export const site'))
    expect((await workshop.run(['test', '1'])).code).toBe(1)
    const { code, stderr } = await workshop.run(['replay', '1'])
    expect(code).toBe(1)
    expect(stderr).toContain('the last run failed without one')
  })

  test('after files were replaced, and after a run that passed', async () => {
    await workshop.run(['reset', '1'])
    await workshop.run(['test', '1'])
    await workshop.run(['solution', '1', '--apply'])
    expect((await workshop.run(['story', '1'])).stderr).toContain('There is no story of exercise-01 yet')
    await workshop.run(['test', '1'])
    expect((await workshop.run(['replay', '1'])).stderr).toContain('every check of the last run passed')
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
    expect(told).toMatch(/"POST \/carts\/:cartId\/submission" never ends.+\n.*\n? +at exercises\/exercise-01-double-click\/submit-cart\.ts:12/)
    expect(told).toContain('? ★   a customer may buy two of the same car')
  })

  test.concurrent('a missing export is told as such', async () => {
    expect(await judge('export const web', 'export const site')).toContain('Look at the exports of your file')
  })

  test('a type error is told in a line, also when it is known from the last run; a clean file costs nothing', { timeout: 180_000 }, async () => {
    const workshop = copy()
    const record = join(workshop.root, '.workshop', 'types.json')
    const patient = { WORKSHOP_TYPE_PATIENCE: '60000' }
    expect((await workshop.run(['test', '1'], patient)).stdout).not.toContain('type error')
    expect(existsSync(record)).toBe(false)
    rewrite(workshop, "store.get<Cart>", "store.gett<Cart>")
    const line = /exercise-01 ☆☆☆ [^]*! one type error; checks run all the same\n {2}submit-cart\.ts:7 {2}Property 'gett' does not exist on type 'StoreContext'\. Did…\n$/
    expect((await workshop.run(['test', '1'], patient)).stdout).toMatch(line)
    expect((await workshop.run(['test', '1'], { WORKSHOP_TYPE_PATIENCE: '0' })).stdout).toMatch(line)
    rewrite(workshop, "store.gett<Cart>", "store.get <Cart>")
    expect((await workshop.run(['test', '1'], patient)).stdout).not.toContain('type error')
    expect(JSON.parse(readFileSync(record, 'utf8'))).toMatchObject({ 'exercise-01': { problems: [] } })
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

  test('nothing is kept yet', async () => {
    const { code, stdout } = await workshop.run(['restore', '1'])
    expect(code).toBe(0)
    expect(stdout).toContain('nothing has been kept')
    expect((await workshop.run(['restore', '1', '1'])).stderr).toContain('Nothing has been kept yet')
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

describe('restore', () => {
  const workshop = copy()
  const own = (): string => readFileSync(workshop.file, 'utf8')

  test('lists what is kept, the newest first, and brings it back; what was there is kept too', async () => {
    const starter = own()
    writeFileSync(workshop.file, 'first')
    await workshop.run(['reset', '1'])
    writeFileSync(workshop.file, 'second')
    const applied = await workshop.run(['solution', '1', '--apply'])
    expect(applied.stdout).toContain('npm run restore -- exercise-01 1')
    const solution = own()

    const { stdout } = await workshop.run(['restore', '1'])
    const rows = stdout.split('\n').filter((line) => /^ +\d {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {3}submit-cart\.ts$/.test(line))
    expect(rows.map((row) => row.trim()[0])).toEqual(['1', '2'])

    const back = await workshop.run(['restore', 'exercise-01', '2'])
    expect(back.code).toBe(0)
    expect(own()).toBe('first')
    expect(back.stdout).toMatch(/submit-cart\.ts is now as it was at \d{4}-/)
    await workshop.run(['restore', '1', '1'])
    expect(own()).toBe(solution)
    await workshop.run(['restore', '1', '3'])
    expect(own()).toBe('second')
    expect(starter).not.toBe('first')
  })

  test('a number that there is not', async () => {
    const { code, stderr } = await workshop.run(['restore', '1', '99'])
    expect(code).toBe(2)
    expect(stderr).toContain('The numbers are 1 to 5')
  })

  test.skipIf(process.platform === 'win32')('a link comes back as a link', async () => {
    rmSync(workshop.file)
    symlinkSync('elsewhere.ts', workshop.file)
    await workshop.run(['reset', '1'])
    await workshop.run(['restore', '1', '1'])
    expect(readlinkSync(workshop.file)).toBe('elsewhere.ts')
  })

  test('a folder comes back as a folder', async () => {
    rmSync(workshop.file)
    mkdirSync(workshop.file)
    writeFileSync(join(workshop.file, 'note.txt'), 'a note')
    await workshop.run(['reset', '1'])
    expect(lstatSync(workshop.file).isFile()).toBe(true)
    await workshop.run(['restore', '1', '1'])
    expect(readFileSync(join(workshop.file, 'note.txt'), 'utf8')).toBe('a note')
  })
})

describe('a checkout with the line ends of Windows', () => {
  const [workshop, plain] = [copyWorkshop({ lineEnds: '\r\n' }), copy()]
  copies.push(workshop)

  test('is judged, explained and compared like any other', async () => {
    expect(readFileSync(workshop.file, 'utf8')).toContain('\r\n')
    expect((await workshop.run(['test', '1'])).stdout.trim()).toBe(readmeStory())
    for (const args of [['solution', '1'], ['hint', '1'], ['mob', '1', '--plain'], ['reset', '1']]) {
      const [one, other] = await Promise.all([workshop.run(args), plain.run(args)])
      expect(one).toEqual(other)
    }
  })

  test('line ends alone are no change', async () => {
    writeFileSync(workshop.file, `\uFEFF${readFileSync(workshop.file, 'utf8').replaceAll('\r\n', '\n')}`)
    expect((await workshop.run(['reset', '1'])).stdout).toContain('nothing to do')
    expect((await workshop.run(['start'])).stdout).not.toContain('changed')
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
