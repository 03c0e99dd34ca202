/** What stands for a character where the fonts do not have it, in as many columns. */
const substitutes: Readonly<Record<string, string>> = { '✓': '√', '✗': '×', '★': '*', '☆': '·', '▶': '►', '◀': '◄', '╌': '─', '┄': '─', '⚡': '!!', '⋮': ':', '⏳': '..', '⏰': '..' }
const all = new RegExp(`[${Object.keys(substitutes).join('')}①-⑨]`, 'gu')

/**
 * Whether this is the console that Windows had before Windows Terminal. It draws boxes and colours, but its fonts (Consolas, Lucida Console) have
 * neither stars nor check marks, and it takes none from another font. All others say who they are.
 */
export function isOldConsole(platform: NodeJS.Platform = process.platform, env: Readonly<Record<string, string | undefined>> = process.env): boolean {
  return platform === 'win32' && ['WT_SESSION', 'TERM_PROGRAM', 'TERM', 'ConEmuPID', 'TERMINAL_EMULATOR'].every((name) => env[name] === undefined)
}

/** The text in characters that the old console can show. */
export function inOldCharacters(text: string): string {
  return text.replace(all, (character) => substitutes[character] ?? String(character.charCodeAt(0) - '①'.charCodeAt(0) + 1))
}

/** What is written to this terminal: the text itself wherever it can be read. */
export function legible(text: string): string {
  return process.stdout.isTTY && isOldConsole() ? inOldCharacters(text) : text
}
