import { describe, expect, test } from 'vitest'
import { cellsOf, displayWidth } from '../../story/width.js'
import { inOldCharacters, isOldConsole } from './old-console.js'

describe('the old console of Windows', () => {
  test.each<[NodeJS.Platform, Record<string, string>, boolean]>([
    ['win32', {}, true],
    ['win32', { WT_SESSION: 'c1' }, false], // Windows Terminal
    ['win32', { TERM_PROGRAM: 'vscode' }, false],
    ['win32', { TERM: 'xterm-256color' }, false], // Git Bash
    ['linux', {}, false],
    ['darwin', {}, false],
  ])('%s with %j: %s', (platform, env, old) => {
    expect(isOldConsole(platform, env)).toBe(old)
  })

  test('everything is as wide as before', () => {
    for (const { text, width } of cellsOf('✓✗★☆▶◀╌┄⚡⋮⏳⏰①⑨')) {
      expect(inOldCharacters(text)).not.toBe(text)
      expect(displayWidth(inOldCharacters(text)), text).toBe(width)
    }
  })

  test('boxes, letters and codes of colours stay', () => {
    expect(inOldCharacters('\u001B[32m✓\u001B[39m ├─ é │')).toBe('\u001B[32m√\u001B[39m ├─ é │')
  })
})
