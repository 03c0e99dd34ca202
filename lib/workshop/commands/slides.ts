import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { parsed } from '../arguments.js'
import type { Command } from '../command.js'
import { root } from '../exercises.js'
import { ExplainedError } from '../explained-error.js'
import { terminal } from '../screen/terminal.js'

export const slides: Command = {
  usage: 'npm run slides -- [talk …] [--notes] [--no-pdf]',
  summary: 'Builds the slides into slides/dist: pages that need no network, for each course, and PDFs where a Chromium is found.',
  help: [
    'With names (opening, module-1, one-day) it builds these only. slides/dist/index.html leads to all of them.',
    'In a page arrow keys turn the slides, p opens a window for the speaker, f fills the screen.',
    '--notes prints PDFs for reading: each slide with its notes below. CHROME_PATH names the browser that prints.',
  ].join('\n'),
  flags: { '--no-pdf': 'alone', '--notes': 'alone' },
  async run(args) {
    const { values, positionals } = parsed(() =>
      parseArgs({ args: [...args], allowPositionals: true, options: { 'no-pdf': { type: 'boolean', default: false }, notes: { type: 'boolean', default: false } } }),
    )
    const [{ listTalks }, { storyBlocks }, { drawStory, storyFinder }, { withChecks }, { renderIndex, renderPage }, { findBrowser, printPdf }] = await Promise.all([
      import('../slides/talks.js'),
      import('../slides/story-blocks.js'),
      import('../slides/stories.js'),
      import('../slides/loading.js'),
      import('../slides/page.js'),
      import('../slides/pdf.js'),
    ])
    const all = listTalks()
    const unknown = positionals.find((name) => !all.some((talk) => talk.name === name))
    if (unknown !== undefined) {
      throw new ExplainedError({ what: `There is no talk "${unknown}".`, why: 'Nothing was built.', next: `The talks are ${all.map(({ name }) => name).join(', ')}.` })
    }
    const screen = terminal()
    const browser = values['no-pdf'] ? undefined : findBrowser()
    const dist = join(root, 'slides', 'dist')
    mkdirSync(dist, { recursive: true })
    await withChecks(async (load) => {
      const find = storyFinder(load)
      for (const talk of all.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
        const pictures = new Map<string, string>()
        for (const [index, block] of storyBlocks(talk).entries()) pictures.set(block.source, drawStory(await find(block), block, `${talk.name}-${index}`))
        const page = renderPage(talk, pictures)
        const file = join(dist, `${talk.name}.html`)
        writeFileSync(file, page.html)
        const pdf = `${talk.name}${values.notes ? '-notes' : ''}.pdf`
        const printed = browser !== undefined && tryToPrint(() => printPdf(browser, file, join(dist, pdf), values))
        screen.print(`  ✓ ${relative(root, file)}${printed ? ` and ${pdf}` : ''}  ${page.slides} slides`)
      }
    })
    const index = join(dist, 'index.html')
    writeFileSync(index, renderIndex(all.filter(({ name }) => existsSync(join(dist, `${name}.html`))), (name) => existsSync(join(dist, `${name}.pdf`))))
    if (!values['no-pdf'] && browser === undefined) screen.print('  No Chromium was found, so there is no PDF. Print a page from any browser,\n  or name one in CHROME_PATH.')
    screen.print(`\n  Open ${relative(root, index)} in a browser. In a page arrow keys turn\n  the slides, p opens a window for the speaker, f fills the screen.`)
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
