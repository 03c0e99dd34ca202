/** Paths of source files, as they stand in a stack, a bundler's id or a URL, on POSIX and on Windows. */
import nodePath, { type PlatformPath } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * The path that a location stands for: `file:///C:/repo/cart.ts?submission=x` → `C:\repo\cart.ts` on Windows.
 *
 * @param paths those of this machine, or `path.win32` or `path.posix` in a test.
 */
export function pathOf(location: string, paths: PlatformPath = nodePath): string {
  const path = location.replace(/\?.*$/s, '')
  return paths.normalize(path.startsWith('file:') ? fileURLToPath(path, { windows: paths.sep === '\\' }) : path)
}

/** Whether a path is below a folder. On Windows `c:\Repo` and `C:/repo` are the same. */
export function isBelow(folder: string, path: string, paths: PlatformPath = nodePath): boolean {
  const way = paths.relative(folder, path)
  return way !== '' && way !== '..' && !way.startsWith(`..${paths.sep}`) && !paths.isAbsolute(way)
}

/** How a path is shown, and named where it has to be the same on every machine: relative to a folder, with slashes. */
export function shownPath(folder: string, location: string, paths: PlatformPath = nodePath): string {
  return paths.relative(folder, pathOf(location, paths)).split(paths.sep).join('/')
}
