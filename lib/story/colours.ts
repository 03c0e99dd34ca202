import { Chalk } from 'chalk'
import type { Tone } from './rows.js'

/** What a piece of a diagram is, and so how it looks. */
export type Style = Tone | 'title' | 'number' | 'lifeline' | 'arrow' | 'text' | 'time' | 'crash'

export type Paint = (style: Style, text: string) => string

/**
 * The colours of a terminal diagram, or none. The sixteen colours of the terminal's own theme are enough, and stay readable on light and dark.
 */
export function paintWith(colour: boolean): Paint {
  const chalk = new Chalk({ level: colour ? 1 : 0 })
  const styles: Readonly<Record<Style, (text: string) => string>> = {
    title: chalk.bold,
    number: chalk.dim,
    lifeline: chalk.dim,
    arrow: chalk.cyan,
    text: (text) => text,
    plain: (text) => text,
    detail: (text) => text,
    good: chalk.green,
    bad: chalk.red,
    fault: chalk.red.bold,
    hint: chalk.magenta,
    broken: chalk.bgRed.white.bold,
    time: chalk.yellow,
    crash: chalk.red.bold,
  }
  return (style, text) => styles[style](text)
}

/** Whether to colour when nobody says: as NO_COLOR (no-color.org) and FORCE_COLOR ask for, else only on a terminal. */
export function wantsColour(): boolean {
  const { NO_COLOR: no, FORCE_COLOR: force } = process.env
  if (no !== undefined && no !== '') return false
  if (force !== undefined) return force !== '0' && force !== 'false'
  return process.stdout.isTTY
}
