import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { parsed } from '../arguments.js'
import type { Command } from '../command.js'
import { findExercise, listExercises, root, type Exercise } from '../exercises.js'
import { ExplainedError } from '../explained-error.js'
import { terminal } from '../screen/terminal.js'

export const sheets: Command = {
  usage: 'npm run sheets -- [exercise-01 …] [--no-pdf]',
  summary: "Builds the facilitator's sheets for printing, one page each, into facilitation/dist: as a page for the browser, and as a PDF where a Chromium is found.",
  help: 'Without names it takes all exercises. CHROME_PATH names the browser that prints.',
  flags: { '--no-pdf': 'alone' },
  async run(args) {
    const { values, positionals } = parsed(() => parseArgs({ args: [...args], allowPositionals: true, options: { 'no-pdf': { type: 'boolean', default: false } } }))
    const exercises = positionals.length === 0 ? listExercises() : positionals.map(exerciseNamed)
    const [{ pagesIn, renderSheets }, { findBrowser, printPdf }] = await Promise.all([import('../sheets/sheets.js'), import('../slides/pdf.js')])
    const screen = terminal()
    const dist = join(root, 'facilitation', 'dist')
    const page = join(dist, 'sheets.html')
    const pdf = join(dist, 'sheets.pdf')
    mkdirSync(dist, { recursive: true })
    writeFileSync(page, renderSheets(exercises))
    const count = `${exercises.length} ${exercises.length === 1 ? 'sheet' : 'sheets'}`
    screen.print(`  ✓ facilitation/dist/sheets.html  ${count}`)
    const browser = values['no-pdf'] ? undefined : findBrowser()
    if (browser === undefined) {
      if (!values['no-pdf']) screen.print('  No Chromium was found, so there is no PDF. Open the page in any browser and\n  print it, or name a browser in CHROME_PATH.')
      return 0
    }
    try {
      printPdf(browser, page, pdf, { notes: false })
    } catch {
      screen.complain('  The browser could not print. The page is there: open it and print it.')
      return 0
    }
    const pages = pagesIn(readFileSync(pdf))
    screen.print(`  ✓ facilitation/dist/sheets.pdf   ${pages} ${pages === 1 ? 'page' : 'pages'}`)
    if (pages !== exercises.length) screen.complain(`  ${count} should take as many pages: one of them is too long.`)
    return 0
  },
}

function exerciseNamed(text: string): Exercise {
  const exercise = findExercise(text)
  if (exercise !== undefined) return exercise
  throw new ExplainedError({ what: `There is no exercise "${text}".`, why: 'Nothing was built.', next: `The exercises are ${listExercises().map(({ name }) => name).join(', ')}.` })
}
