import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { copyWorkshop } from '../fixtures/copy.js'
import { root } from '../exercises.js'
import { privateHere, withoutFolders, withoutUser, type Private } from './private.js'
import { reportText } from './text.js'
import { systemName } from './versions.js'

describe('the command', () => {
  const workshop = copyWorkshop()
  afterAll(() => workshop.remove())

  test('prints the versions, the file in full, and how each check ended', async () => {
    const { code, stdout, stderr } = await workshop.run(['report', '1'], { npm_config_user_agent: 'npm/10.9.9 node/v22.0.0 linux x64 workspaces/false' })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^## Report on exercise-01\n/)
    for (const line of [`- Node.js ${process.versions.node}\n`, '- npm 10.9.9\n', '- workshop 1.0.0\n']) expect(stdout).toContain(line)
    expect(stdout).toMatch(/- SQLite 3\.\d+\.\d+ \((?:better-sqlite3|node:sqlite)\)\n/)
    expect(stdout).toContain(`### \`exercises/exercise-01-double-click/submit-cart.ts\`\n\n\`\`\`ts\n${readFileSync(workshop.file, 'utf8').trimEnd()}\n\`\`\`\n`)
    expect(stdout).toContain('  ✓ ★   one click makes one order, and leads to it\n        exhaustive: the only execution without a fault')
    for (const heading of ['★★ the response is lost', '★★ two clicks at the same time', '★★★ two clicks, through every']) expect(stdout).toContain(`\n${heading}`)
    expect(stdout.match(/✗ one order per cart\n/g)).toHaveLength(5)
  })

  test('says nothing of the machine, whatever an error or the code says', async () => {
    const home = join(workshop.root, 'home', `annegret ${'m'.repeat(80)}`) // it would be broken into lines
    mkdirSync(home, { recursive: true })
    const before = readFileSync(workshop.file, 'utf8')
    writeFileSync(workshop.file, before.replace("    const { cartId }", "    console.log(process.env)\n    throw new Error(`${process.env['HOME']} ${import.meta.url} ${process.cwd()} ${process.env['SECRET']?.length}`)\n    const { cartId }"))
    const { code, stdout } = await workshop.run(['report', '1'], { HOME: home, USERPROFILE: home, SECRET: 'hush-hush' })
    writeFileSync(workshop.file, before)
    expect(code).toBe(0)
    expect(stdout).toContain('throw new Error(`${process.env') // it is the file that was judged
    expect(stdout).toMatch(/Error: ~\s/) // the home folder, in what the check found
    for (const secret of [home, 'annegret', 'mmmm', workshop.root, root, pathToFileURL(root).href, 'hush-hush', tmpdir() + '/']) expect(stdout).not.toContain(secret)
  })

  test('says that a file is not there', async () => {
    expect(reportText('exercise-01', { node: '', npm: '', system: '', workshop: '', sqlite: '' }, [{ path: 'a.ts', text: undefined }], '')).toContain('### `a.ts`\n\nIt is not there.')
  })
})

describe('what is private', () => {
  const own: Private = { folders: [['/home/ann/workshop', '.'], ['/home/ann', '~']], user: 'ann' }
  const windows: Private = { folders: [['C:\\Users\\Ann Smith\\workshop', '.'], ['C:\\Users\\Ann Smith', '~']], user: 'Ann Smith' }

  test.each([
    [own, 'at /home/ann/workshop/lib/x.ts:1', 'at ./lib/x.ts:1'],
    [own, 'at file:///home/ann/workshop/lib/x.ts:1', 'at ./lib/x.ts:1'],
    [own, '/home/ann/.npmrc and /home/anna/x', '~/.npmrc and ~/x'],
    [own, 'GET /homes/ann and /carts/Users', 'GET /homes/ann and /carts/Users'],
    [own, 'at /Users/bob/x', 'at ~/x'],
    [windows, 'at C:\\Users\\Ann Smith\\workshop\\lib\\x.ts', 'at .\\lib\\x.ts'],
    [windows, 'at file:///C:/Users/Ann%20Smith/workshop/lib/x.ts', 'at ./lib/x.ts'],
    [windows, '"C:\\\\Users\\\\Ann Smith\\\\x" c:/users/ann smith/x', '"~\\\\x" ~/x'],
    [windows, 'D:\\Users\\bob\\x', '~\\x'],
  ])('folders: %#', (machine, text, expected) => {
    expect(withoutFolders(text, machine)).toBe(expected)
  })

  test('a user name, unless it is a word of the exercise', () => {
    expect(withoutUser('Ann said: ann and annual', own, 'const x')).toBe('<user> said: <user> and annual')
    expect(withoutUser('web sends', { ...own, user: 'web' }, "service('web')")).toBe('web sends')
    expect(withoutUser('a.b', { ...own, user: 'a.b' }, 'axb')).toBe('<user>')
    expect(withoutUser('x', { ...own, user: undefined }, '')).toBe('x')
  })

  test('here: the home folder, the folder of the workshop, the name of the user', () => {
    const here = privateHere()
    expect(here.user).toBe(userInfo().username)
    const text = `${root} ${homedir()} ${tmpdir()} ${join(root, 'lib')}`
    expect(withoutFolders(text, here)).toMatch(/^\S+ ~ \S.* \.[\\/]lib$/)
    expect(withoutFolders(text, here)).not.toContain(homedir())
  })
})

test('a fence is longer than what it holds', () => {
  const text = reportText('exercise-01', { node: '22.0.0', npm: '10.0.0', system: 'Linux, x64', workshop: '1.0.0', sqlite: '3.1.1' }, [{ path: 'a.ts', text: '/** ```` */\n' }], 'x')
  expect(text).toContain('`````ts\n/** ```` */\n`````\n')
})

test.each([['linux', 'Linux, x64'], ['darwin', 'macOS, x64'], ['win32', 'Windows, x64'], ['freebsd', 'freebsd, x64']])('%s is told as %s', (platform, name) => {
  expect(systemName(platform, 'x64')).toBe(name)
})
