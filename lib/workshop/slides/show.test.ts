import { createContext, runInContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { show } from './show.js'

describe('the room and the speaker', () => {
  test('see the same slide, whoever turns it', () => {
    const room = open('')
    room.press('ArrowRight')
    room.press('p')
    const speaker = room.opened()
    expect([speaker.search, speaker.slide()]).toEqual(['?presenter', 2])
    room.press('ArrowRight')
    expect([room.slide(), speaker.slide()]).toEqual([3, 3])
    speaker.press('ArrowRight')
    expect([room.slide(), speaker.slide()]).toEqual([4, 4])
    speaker.press('ArrowRight')
    expect([room.slide(), speaker.slide()]).toEqual([4, 4])
    speaker.press('Home')
    expect([room.slide(), speaker.slide()]).toEqual([1, 1])
  })

  test('find each other again when either is loaded anew', () => {
    const room = open('')
    room.press('p')
    const speaker = room.opened()
    room.load()
    speaker.tick()
    room.press('ArrowRight')
    expect([room.slide(), speaker.slide()]).toEqual([2, 2])
    speaker.load()
    room.press('ArrowRight')
    expect([room.slide(), speaker.slide()]).toEqual([3, 3])
  })

  test('the speaker is told when nobody follows any more', () => {
    const room = open('')
    room.press('p')
    const speaker = room.opened()
    expect(speaker.text('#state')).toBe('Both windows show the same slide')
    room.close()
    speaker.tick()
    expect(speaker.text('#state')).toBe('No slides to follow: open a deck, and press p there')
  })

  test('pay no attention to messages of others', () => {
    const room = open('')
    const stranger = open('')
    room.receive({ slide: 3 }, stranger)
    room.receive('3', stranger)
    room.receive(null, stranger)
    expect(room.slide()).toBe(1)
  })
})

describe('the notes', () => {
  test('never come up before the room', () => {
    const room = open('')
    const before = room.classes()
    room.press('n')
    expect([room.classes(), room.slide()]).toEqual([before, 1])
    expect(before).not.toContain('with-notes')
  })

  test('are there for a reader who asks for them, and n hides and shows them', () => {
    const reader = open('?notes')
    expect(reader.classes()).toContain('with-notes')
    reader.press('n')
    expect(reader.classes()).not.toContain('with-notes')
    reader.press('n')
    expect(reader.classes()).toContain('with-notes')
  })
})

interface Page {
  readonly search: string
  press(key: string): void
  slide(): number
  text(selector: string): string
  classes(): string
  /** The window that `p` opened. */
  opened(): Page
  load(): void
  close(): void
  /** A second goes by. */
  tick(): void
  receive(data: unknown, source: Page): void
}

/** A window as far as the program looks at it, with four slides. Messages arrive at once. */
function open(search: string, opener?: Page, hash = ''): Page {
  type Listener = (event: Readonly<Record<string, unknown>>) => void
  let [listeners, ticks, texts] = [new Map<string, Listener>(), (): void => undefined, new Map<string, { textContent: string }>()]
  let [child, closed]: [Page | undefined, boolean] = [undefined, false]
  const handles = new Map<Page, object>()
  const root = { className: '' }
  const toggle = (name: string): void => {
    const names = root.className.split(' ')
    root.className = (names.includes(name) ? names.filter((each) => each !== name) : [...names, name]).join(' ')
  }
  // One object for each window, since the program compares them.
  const handle = (other: Page): object => {
    const known = handles.get(other) ?? { get closed() { return other.classes() === 'closed' }, postMessage: (data: unknown) => other.receive(data, page) }
    handles.set(other, known)
    return known
  }
  const fire = (name: string, event: Readonly<Record<string, unknown>> = {}): void => listeners.get(name)?.(event)
  const location = {
    search,
    get href() { return `file:///module-1.html${search}${hash}` },
    get hash() { return hash },
    set hash(value: string) {
      const next = `#${value.replace('#', '')}`
      if (next === hash) return
      hash = next
      fire('hashchange')
    },
  }
  const element = (selector: string): object => {
    const found = texts.get(selector) ?? { textContent: '' }
    texts.set(selector, found)
    return Object.assign(found, { classList: { toggle: () => undefined }, addEventListener: () => undefined })
  }
  const page: Page = {
    search,
    press: (key) => fire('keydown', { key, ctrlKey: false, metaKey: false, altKey: false, preventDefault: () => undefined }),
    slide: () => Number(hash.slice(1)) || 1,
    text: (selector) => texts.get(selector)?.textContent ?? '',
    classes: () => (closed ? 'closed' : root.className),
    opened() {
      if (child === undefined) throw new Error('No window was opened.')
      return child
    },
    load() {
      listeners = new Map()
      texts = new Map()
      const window: Record<string, unknown> = {
        opener: opener === undefined ? null : handle(opener),
        open(address: string) {
          const { search: asked, hash: at } = new URL(address)
          child = open(asked, page, at)
          return handle(child)
        },
      }
      Object.assign(window, {
        window, location, URL, URLSearchParams, Object, Date,
        document: {
          title: '',
          documentElement: Object.assign(root, { classList: { toggle } }),
          head: { append: () => undefined },
          createElement: () => ({}),
          querySelector: element,
          querySelectorAll: () => Array.from({ length: 4 }, () => ({ classList: { toggle: () => undefined } })),
        },
        addEventListener: (name: string, listener: Listener) => listeners.set(name, listener),
        setInterval: (call: () => void) => (ticks = call),
      })
      runInContext(show, createContext(window))
    },
    close: () => (closed = true),
    tick: () => ticks(),
    receive: (data, source) => fire('message', { data, source: handle(source) }),
  }
  page.load()
  return page
}
