import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'chrome.exe', 'msedge.exe']

/** A browser that can print, if there is one. `CHROME_PATH` names another. */
export function findBrowser(): string | undefined {
  const { CHROME_PATH, PATH = '', PROGRAMFILES = '', LOCALAPPDATA = '' } = process.env
  const elsewhere = [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    ...[PROGRAMFILES, LOCALAPPDATA].filter(Boolean).map((folder) => join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe')),
    ...[PROGRAMFILES, `${PROGRAMFILES} (x86)`].map((folder) => join(folder, 'Microsoft', 'Edge', 'Application', 'msedge.exe')),
  ]
  const onPath = PATH.split(delimiter).filter(Boolean).flatMap((folder) => names.map((name) => join(folder, name)))
  return [...(CHROME_PATH === undefined ? [] : [CHROME_PATH]), ...onPath, ...elsewhere].find((file) => existsSync(file))
}

/** Prints a page: a slide on each sheet, or a slide with its notes below. @throws when the browser fails. */
export function printPdf(browser: string, page: string, pdf: string, { notes }: { readonly notes: boolean }): void {
  const profile = mkdtempSync(join(tmpdir(), 'slides-'))
  const address = pathToFileURL(page)
  if (notes) address.search = '?notes'
  try {
    execFileSync(browser, ['--headless', '--disable-gpu', '--no-sandbox', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-pdf-header-footer', `--user-data-dir=${profile}`, `--print-to-pdf=${pdf}`, address.href], { stdio: 'ignore', timeout: 60_000 })
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  }
}
