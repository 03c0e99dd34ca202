import { mkdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { parsed } from '../arguments.js'
import type { Command } from '../command.js'
import { root } from '../exercises.js'
import { ExplainedError } from '../explained-error.js'
import { terminal } from '../screen/terminal.js'

export const slides: Command = {
  usage: 'npm run slides -- [deck …] [--no-pdf]',
  summary: 'Builds the decks under slides/ into slides/dist: a page each that needs no network, and a PDF where a Chromium is found.',
  help: 'With names (opening, module-1, closing) it builds these only. In a page: arrow keys walk, n shows the notes, f fills the screen. CHROME_PATH names the browser that prints.',
  flags: { '--no-pdf': 'alone' },
  async run(args) {
    const { values, positionals } = parsed(() => parseArgs({ args: [...args], allowPositionals: true, options: { 'no-pdf': { type: 'boolean', default: false } } }))
    const [{ listDecks, storyBlocks }, { drawStory, findStory }, { withChecks }, { renderPage }, { findBrowser, printPdf }] = await Promise.all([
      import('../slides/decks.js'),
      import('../slides/stories.js'),
      import('../slides/loading.js'),
      import('../slides/page.js'),
      import('../slides/pdf.js'),
    ])
    const all = listDecks()
    const unknown = positionals.find((name) => !all.some((deck) => deck.name === name))
    if (unknown !== undefined) {
      throw new ExplainedError({ what: `There is no deck "${unknown}".`, why: 'Nothing was built.', next: `The decks are ${all.map(({ name }) => name).join(', ')}.` })
    }
    const screen = terminal()
    const browser = values['no-pdf'] ? undefined : findBrowser()
    const dist = join(root, 'slides', 'dist')
    mkdirSync(dist, { recursive: true })
    await withChecks(async (load) => {
      for (const deck of all.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
        const pictures = new Map<string, string>()
        for (const [index, block] of storyBlocks(deck).entries()) pictures.set(block.source, drawStory(await findStory(block, load), block, `${deck.name}-${index}`))
        const page = renderPage(deck, pictures)
        const file = join(dist, `${deck.name}.html`)
        writeFileSync(file, page.html)
        const printed = browser !== undefined && tryToPrint(() => printPdf(browser, file, join(dist, `${deck.name}.pdf`)))
        screen.print(`  ✓ ${relative(root, file)}${printed ? ' and .pdf' : ''}  ${page.slides} slides`)
      }
    })
    if (!values['no-pdf'] && browser === undefined) screen.print('  No Chromium was found, so there is no PDF; print a page from any browser, or name one in CHROME_PATH.')
    screen.print('\n  Open a page in a browser: arrow keys walk, n shows the notes, f fills the screen.')
    return 0
  },
}

function tryToPrint(print: () => void): boolean {
  try {
    print()
    return true
  } catch {
    terminal().complain('  The browser could not print; the page is there all the same.')
    return false
  }
}
