import { join } from 'node:path'

/**
 * A program of the build that this command was started from, to be run in a process of its own; see `launch/build.mjs`.
 *
 * @throws Error when the command was started in another way.
 */
export function builtFile(name: string): string {
  const { WORKSHOP_BUILD: folder } = process.env
  if (folder === undefined) throw new Error(`There is no build to run ${name} from: start the command by npm, as package.json does.`)
  return join(folder, `${name}.mjs`)
}
