import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Chalk } from 'chalk'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { recordsFolder } from '../records/folder.js'
import type { Terminal } from '../screen/terminal.js'
import { findBrowser } from '../slides/pdf.js'
import { openPage, type Page } from './fixtures/chromium.js'
import { core, crowd, type Attendee } from './fixtures/crowd.js'
import { did, openRoom, tested, type OpenRoom } from './fixtures/open-room.js'
import type { Fact } from './report.js'

const browser = findBrowser()
if (browser === undefined) process.stdout.write('left out: the room in a browser. No Chromium was found; install one, or name one in CHROME_PATH.\n')

/** A clone as the room knows it: what its commands tell, by the code that they use. */
interface Clone {
  readonly folder: string
  join(address: string, code: string, name: string): Promise<unknown>
  tell(fact: Fact): Promise<void>
  /** As if it had happened then, by the clock of this clone. */
  writeDown(fact: Fact, at: number): void
  /** How many reports the room has not had yet. */
  waiting(): number
}

/** Each has the modules for itself, as each process has; with the folder of another one it is that clone, started anew. */
async function newClone(folder: string): Promise<Clone> {
  vi.stubEnv('WORKSHOP_RECORDS', folder)
  vi.resetModules()
  const [{ joinRoom }, { tellJoined }, { untold, writeDown }] = await Promise.all([import('./join-room.js'), import('./send-reports.js'), import('./outbox.js')])
  const nothing = (): void => undefined
  const screen: Terminal = { width: 80, colour: false, paint: new Chalk({ level: 0 }), interactive: false, print: nothing, complain: nothing, wipe: nothing, whisper: nothing }
  return {
    folder,
    join: (address, code, name) => joinRoom({ address, code, name }, screen),
    tell: (fact) => tellJoined([fact], screen),
    writeDown: (fact, at) => writeDown([fact], at),
    waiting: () => untold().length,
  }
}

const home = mkdtempSync(join(tmpdir(), 'clones-'))
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(home, { recursive: true, force: true })
})

const pictures = join(recordsFolder, 'room-pictures')
const minute = 60_000
let room: OpenRoom
let page: Page

const lines = "[...document.querySelectorAll('#people tr')]"
const names = (): Promise<readonly string[]> => page.evaluate(`${lines}.map((line) => line.cells[0].textContent)`)
const doing = (name: string): Promise<string> => page.evaluate(`${lines}.find((line) => line.cells[0].textContent === ${JSON.stringify(name)})?.cells[1].textContent`)
const shown = (selector: string): Promise<string> => page.evaluate(`document.querySelector(${JSON.stringify(selector)}).textContent`)
const reports = `${lines}.reduce((sum, line) => sum + Number(line.dataset.reports), 0)`
const enter = async (): Promise<void> => {
  await page.open(`http://127.0.0.1:${room.port}/#${room.code}`)
  await page.until("document.querySelector('#room')?.hidden === false && document.querySelector('#state').textContent !== ''")
}

describe.runIf(browser !== undefined)('the room in a browser', () => {
  beforeAll(async () => {
    page = await openPage(browser ?? '')
    mkdirSync(pictures, { recursive: true })
  })
  afterAll(async () => {
    await page.close()
  })
  beforeEach(async () => {
    room = await openRoom()
    await page.look({ width: 1920, height: 1080 })
  })
  afterEach(async () => {
    await page.open('about:blank')
    await room.remove()
    expect(page.complaints).toEqual([])
  })

  describe('the code', () => {
    test('is asked for, by keyboard alone; a wrong one says so', async () => {
      await page.open(`http://127.0.0.1:${room.port}/`)
      await page.until("document.activeElement?.id === 'code'")
      expect(await page.evaluate("document.querySelector('#room').hidden")).toBe(true)
      await page.type('XXXX')
      await page.press('Enter')
      await page.until("document.querySelector('#refused').textContent === 'This is not the code of this room.'")
      await page.evaluate("document.querySelector('#code').value = ''")
      await page.type(room.code.toLowerCase())
      await page.press('Enter')
      await page.until("document.querySelector('#room').hidden === false")
      await page.until("document.querySelector('#nobody').textContent === 'Nobody has joined yet.'")
    })

    test('that is right for a room that has gone says so', async () => {
      await page.open(`http://127.0.0.1:${room.port}/`)
      await page.until("document.activeElement?.id === 'code'")
      await room.close()
      await page.type(room.code)
      await page.press('Enter')
      await page.until("document.querySelector('#refused').textContent === 'The room does not answer. Is npm run room still running?'")
    })

    test('goes from the address bar, and need not be typed again', async () => {
      await enter()
      expect(await page.evaluate('location.href')).toBe(`http://127.0.0.1:${room.port}/`)
      await page.open(`http://127.0.0.1:${room.port}/`)
      await page.until("document.querySelector('#room')?.hidden === false")
    })

    test('of a room that was begun anew is asked for again', async () => {
      await enter()
      const { port } = room
      await room.remove()
      room = await openRoom({ port })
      await page.until("document.querySelector('#ask').hidden === false", 20_000)
    })
  })

  test('shows who is where: stars as they come, the check that is red, the solution, who is done, and who is stuck', async () => {
    const [ada, ben] = [await room.join('Ada'), await room.join('Ben')]
    await enter()
    await page.until(`${lines}.length === 2`)
    expect(await doing('Ada')).toBe('joined 0 min nothing run yet')
    await room.report(ada, tested(1, { exercise: 'exercise-02', stars: 1, failing: 'the response is lost' }))
    await page.until(`${lines}[1].cells[1].textContent === '✗ 0 min 02 · the response is lost'`)
    expect(await page.evaluate(`${lines}[1].cells[3].textContent`)).toBe('★02 accept-then-work: 1 of 3 stars, 4 of 11 checks pass, at work on it')
    await room.report(ada, did(2, 'hint', 'exercise-02'), did(3, 'solution', 'exercise-02'), tested(4, { exercise: 'exercise-02', stars: 3, passed: 11 }))
    await page.until(`${lines}[1].cells[3].textContent === 'S★★★02 accept-then-work: 3 of 3 stars, 11 of 11 checks pass, done, took the solution, 1 hint, at work on it'`)
    expect(await page.evaluate(`[...${lines}[1].cells[3].classList].sort()`)).toEqual(['cell', 'is-current', 'is-done', 'is-fresh'])
    expect([await shown('#done'), await shown('#exercise'), await doing('Ada')]).toEqual(['1 of 2 done', '02 · accept-then-work', '✓ 0 min 02 · done'])
    expect(await page.evaluate("document.querySelector('#totals').cells[3].textContent")).toBe('1')

    await room.report(ben, tested(1, { failing: 'two clicks at the same time' }))
    room.pass(6 * minute)
    room.pass(1)
    await page.until(`${lines}[0].cells[1].textContent === '▲ stuck 6 min 01 · two clicks at the same time'`)
    expect(await shown('#state')).toBe('1 is stuck · 2 people · sorted by need')
    await room.post('/leave', {}, { authorization: `Bearer ${ben}` })
    await page.until(`${lines}[1].cells[1].textContent === 'left '`)
    expect(await shown('#done')).toBe('1 of 1 done')
  })

  test('the mob’s clock counts down by itself, and says who drives', async () => {
    await room.join('Ada')
    await enter()
    expect(await shown('#clock')).toBe('')
    room.watchers.setClock({ exercise: 'exercise-07', part: 'mob', running: true, left: 61_500, driver: 'Ben' })
    await page.until("document.querySelector('#part').textContent === 'implement, as a mob · Ben drives'")
    expect([await shown('#exercise'), await shown('#done')]).toEqual(['07 · message-identity', '0 of 1 done'])
    await page.until("document.querySelector('#clock').textContent === '01:00' && document.querySelector('#clock').className === 'is-last'")
    const size = await page.evaluate<number>("document.querySelector('#clock').getBoundingClientRect().height")
    expect(size).toBeGreaterThan(100)
    await page.press('h')
    await page.until("document.querySelector('#part').textContent.endsWith('somebody drives')")
    await page.press('h')
    room.watchers.setClock({ exercise: 'exercise-07', part: 'alone', running: false, left: 30_000, driver: undefined })
    await page.until("document.querySelector('#part').textContent === 'implement, alone · paused' && document.querySelector('#clock').textContent === '00:30'")
    room.watchers.setClock({ exercise: 'exercise-07', part: 'reflect', running: false, left: 0, driver: undefined })
    await page.until("document.querySelector('#part').textContent === 'reflect · time is up'")
    room.watchers.setClock({ exercise: 'exercise-17', part: 'alone', running: true, left: 600_000, driver: undefined })
    await page.until("document.querySelector('#columns').cells.length === 19")
    room.watchers.setClock(undefined)
    await page.until("document.querySelector('#clock').textContent === '' && document.querySelector('#columns').cells.length === 18")
  })

  test('names are text, whatever they are, and go with one key', async () => {
    const wild = ['<img src=x onerror="document.title=1">', '</td><script>document.title=2</script>', '&lt;b&gt;', '\u202Eevil', 'a'.repeat(40), '李四', 'Ada', 'Ada']
    for (const name of wild) await room.join(name)
    await enter()
    await page.until(`${lines}.length === 8`)
    expect(await names()).toEqual([...wild.slice(0, 3), 'evil', ...wild.slice(4, 7), 'Ada (2)'])
    expect(await page.evaluate("[document.title, document.querySelectorAll('#people img, #people script').length]")).toEqual(['The room', 0])
    await page.press('h')
    const hidden = Array.from({ length: 8 }, (_, index) => `Person ${index + 1}`)
    await page.until(`${lines}[0].cells[0].textContent === 'Person 1'`)
    expect(await names()).toEqual(hidden)
    expect(await page.evaluate("['Ada', '李四', 'onerror'].filter((name) => document.body.outerHTML.includes(name))")).toEqual([])
    await enter()
    await page.until(`${lines}[0]?.cells[0].textContent === 'Person 1'`)
    await page.press('h')
    await page.until(`${lines}[6].cells[0].textContent === 'Ada'`)
  })

  test('sorts with a key or a button, and everything can be reached by keyboard', async () => {
    const [chris, , ada] = [await room.join('Chris'), await room.join('Ben'), await room.join('Ada')]
    await room.report(chris, tested(1, { stars: 3, passed: 11 }))
    await room.report(ada, tested(1, { failing: 'a' }))
    await enter()
    await page.until(`${lines}.length === 3`)
    expect(await names()).toEqual(['Ben', 'Ada', 'Chris'])
    await page.press('s')
    expect(await names()).toEqual(['Ada', 'Ben', 'Chris'])
    const reached: string[] = []
    for (let count = 0; count < 4; count++) {
      await page.press('Tab')
      reached.push(await page.evaluate("document.activeElement.id || document.activeElement.className || 'body'"))
    }
    expect(reached.slice(0, 3)).toEqual(['people', 'sort', 'hide'])
    await page.evaluate("document.querySelector('#sort').focus()")
    await page.press('Enter')
    await page.until("document.querySelector('#state').textContent.endsWith('sorted by joining')")
    expect(await names()).toEqual(['Chris', 'Ben', 'Ada'])
    const focus = await page.evaluate<string>("getComputedStyle(document.querySelector('#sort')).outlineStyle")
    expect(focus).toBe('solid')
  })

  describe('a connection that breaks', () => {
    test('the page says so, and has everything once the room is back', async () => {
      const [ada, ben] = [await room.join('Ada'), await room.join('Ben')]
      await enter()
      await room.report(ada, did(1, 'hint'))
      await page.until(`${reports} === 1`)
      await room.close()
      await page.until("document.querySelector('#lost').textContent.startsWith('No connection to the room.')", 20_000)
      room = await room.reopen()
      await room.report(ada, did(2, 'hint'))
      await room.report(ben, did(1, 'hint'), did(2, 'hint'))
      await page.until(`${reports} === 4 && document.querySelector('#lost').textContent === ''`, 20_000)
      expect(await names()).toHaveLength(2)
    })

    test('a page that comes back is told only what it has not seen', async () => {
      const ada = await room.join('Ada')
      await room.join('Ben')
      await enter()
      await page.until(`${lines}.length === 2`)
      // The browser connects anew by itself, and listens on.
      await page.evaluate("{ window.everybody = 0; source.addEventListener('everybody', () => { window.everybody += 1 }) }")
      expect(room.watchers.size).toBe(1)
      // What a proxy does to a connection that is open for long.
      room.watchers.close()
      await room.report(ada, did(1, 'hint'))
      await page.until(`${reports} === 1`, 20_000)
      expect(await page.evaluate('window.everybody')).toBe(0)
    })
  })

  describe('forty people', () => {
    const join40 = async (): Promise<readonly Attendee[]> => {
      const people = crowd(40)
      for (const { token, name } of people) room.room.join(token, name)
      return people
    }
    /** Forty clones that have joined, each with its own records, and what each does next. */
    const clones = async (): Promise<readonly { readonly clone: Clone; readonly attendee: Attendee }[]> => {
      const made = []
      for (const attendee of crowd(40)) {
        const clone = await newClone(mkdtempSync(join(home, 'clone-')))
        await clone.join(`127.0.0.1:${room.port}`, room.code, attendee.name)
        made.push({ clone, attendee })
      }
      return made
    }
    /** So many commands, evenly over the time. @returns how many there were. */
    const course = async (all: readonly { readonly clone: Clone; readonly attendee: Attendee }[], count: number, milliseconds: number): Promise<number> => {
      const began = performance.now()
      const told: Promise<unknown>[] = []
      for (let index = 0; index < count; index++) {
        const one = all[(index * 17) % all.length]
        if (one === undefined) continue
        told.push(one.clone.tell(one.attendee.next()))
        const wait = began + ((index + 1) * milliseconds) / count - performance.now()
        if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
      }
      await Promise.all(told)
      return count
    }
    /** Whoever has not been heard goes on until they have. @returns with how many commands more. */
    const heard = async (all: readonly { readonly clone: Clone; readonly attendee: Attendee }[]): Promise<number> => {
      let more = 0
      for (const { clone, attendee } of all) {
        for (; clone.waiting() > 0; more++) await clone.tell(attendee.next())
      }
      return more
    }

    test('at the speed of a course: 40 clones, a command every 20 seconds each', async () => {
      const all = await clones()
      await enter()
      await page.until(`${lines}.length === 40`)
      const count = (await course(all, 20, 10_000)) + (await heard(all))
      await page.until(`${reports} === ${count}`)
    })

    test('at fifty times that, with clocks that are wrong, and either side started anew in the middle: every report counts once', async () => {
      const all = [...(await clones())]
      await enter()
      let count = await course(all, 400, 4_000)
      // The room is started anew while people go on, and some of the clones are, too.
      const port = room.port
      await room.close()
      count += await course(all, 100, 1_000)
      for (let index = 0; index < 10; index++) {
        const one = all[index]
        if (one !== undefined) all[index] = { ...one, clone: await newClone(one.clone.folder) }
      }
      room = await room.reopen()
      expect(room.port).toBe(port)
      for (const [index, years] of [[0, -30], [1, 30]] as const) {
        const one = all[index]
        one?.clone.writeDown(one.attendee.next(), Date.now() + years * 365 * 24 * 60 * minute)
        count += 1
      }
      count += await course(all, 400, 4_000)
      await enter()
      count += await course(all, 100, 1_000)
      count += await heard(all)
      await page.until(`${reports} === ${count}`, 30_000)
      expect(room.room.people.reduce((sum, person) => sum + person.reports, 0)).toBe(count)
      expect([(await names()).length, new Set(await names()).size]).toEqual([40, 40])
      // Nobody is anywhere but in the time of the course.
      for (const { joined, last } of room.room.people) expect(last?.at).toBeGreaterThanOrEqual(joined)
      for (const { last } of room.room.people) expect(last?.at).toBeLessThanOrEqual(1_800_000_000_000)
      // What the page shows is what the room knows, cell by cell.
      const cells = await page.evaluate<readonly (readonly string[])[]>(`${lines}.map((line) => [line.cells[0].textContent, ...[...line.cells].slice(2).map((cell) => cell.firstChild.textContent.replace(/[^★]/g, ''))])`)
      const known = room.room.people.map(({ name, work }) => [name, ...core.map((exercise) => '★'.repeat(work[exercise.name]?.stars ?? 0))])
      expect(new Map(cells.map(([name, ...rest]) => [name, rest]))).toEqual(new Map(known.map(([name, ...rest]) => [name, rest])))
    })

    test('can be scrolled to where a window is narrow, with the names in sight', async () => {
      await join40()
      await page.look({ width: 600, height: 900 })
      await enter()
      await page.until(`${lines}.length === 40`)
      await page.evaluate("document.querySelector('.people').scrollTo(9999, 9999)")
      const [first, last, own] = await page.evaluate<readonly { readonly left: number; readonly right: number; readonly width: number }[]>(`(() => { const cells = ${lines}[39].cells; return [cells[0], cells[17], cells[16]].map((cell) => cell.getBoundingClientRect().toJSON()) })()`)
      expect(first?.left).toBe(0)
      expect(Math.round(last?.right ?? 0)).toBe(600)
      expect(own?.width).toBeGreaterThan(25)
      await page.screenshot(join(pictures, 'forty-600-light.png'))
    })

    test.each([
      [1920, 1080, false],
      [1920, 1080, true],
      [1024, 768, false],
      [1024, 768, true],
    ])('fit %i × %i, dark %s', async (width, height, dark) => {
      const people = await join40()
      for (let passed = 0; passed < 30; passed++) {
        for (const [index, person] of people.entries()) if (index !== 11 && (index * 7 + passed * 13) % 10 < (index % 5) + 1) room.room.take(person.token, [person.report(person.next())])
        room.pass(minute)
      }
      room.watchers.setClock({ exercise: 'exercise-04', part: 'mob', running: true, left: 372_000, driver: 'Farida' })
      await page.look({ width, height, dark })
      await enter()
      await page.until(`${lines}.length === 40 && document.querySelector('#clock').textContent !== ''`)
      await page.screenshot(join(pictures, `forty-${width}-${dark ? 'dark' : 'light'}.png`))
      const { wide, low, small, clock } = await page.evaluate<{ readonly wide: number; readonly low: number; readonly small: number; readonly clock: number }>(
        "({ wide: document.documentElement.scrollWidth - innerWidth, low: document.documentElement.scrollHeight - innerHeight, small: parseFloat(getComputedStyle(document.querySelector('.people')).fontSize), clock: document.querySelector('#clock').getBoundingClientRect().height })",
      )
      expect([wide, low]).toEqual([0, 0])
      expect(small).toBeGreaterThan(11)
      expect(clock).toBeGreaterThan(width / 16)
      expect(await page.evaluate("document.querySelector('.people').scrollWidth - document.querySelector('.people').clientWidth")).toBe(0)
      expect(await page.evaluate(poorContrasts)).toEqual([])
    })
  })
})

/** Texts whose contrast is less than 4.5 : 1 (WCAG 2.1, success criterion 1.4.3). */
const poorContrasts = `(() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number)
  const light = (colour) => parts(colour).slice(0, 3).map((each) => each / 255).map((each) => (each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4)).reduce((sum, each, index) => sum + each * [0.2126, 0.7152, 0.0722][index], 0)
  const behind = (node) => { for (let at = node; at !== null; at = at.parentElement) { const colour = getComputedStyle(at).backgroundColor; if (parts(colour)[3] !== 0) return colour } return 'rgb(255, 255, 255)' }
  const found = new Set()
  for (const node of document.querySelectorAll('body *')) {
    if (node.childElementCount > 0 || node.textContent.trim() === '' || node.closest('[hidden], script, .is-fresh, .unseen') !== null) continue
    const [one, other] = [light(getComputedStyle(node).color), light(behind(node))].sort((a, b) => b - a)
    const contrast = (one + 0.05) / (other + 0.05)
    if (contrast < 4.5) found.add(node.className + ' ' + node.textContent.slice(0, 20) + ' ' + contrast.toFixed(2))
  }
  return [...found]
})()`
