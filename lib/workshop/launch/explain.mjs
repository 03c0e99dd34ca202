/**
 * What keeps the commands from starting at all, in three parts. Nothing else of the workshop can be used here: it is what could not be started.
 *
 * @param {unknown} error
 * @throws {unknown} what is no known case.
 */
export function explain(error) {
  const explanation = explanationOf(error)
  if (explanation === undefined) throw error
  process.stderr.write(`✗ ${explanation.join('\n  ')}\n`)
  process.exitCode = 1
}

/**
 * @param {unknown} error
 * @returns {readonly string[] | undefined} what happened, why it matters, what to do next.
 */
function explanationOf(error) {
  if (!(error instanceof Error)) return undefined
  if ('errors' in error && Array.isArray(error.errors) && error.errors.length > 0) return notCompiled(error.errors)
  if ('code' in error && error.code === 'ERR_MODULE_NOT_FOUND' && /Cannot find package/.test(error.message)) {
    return [`A package is not installed: ${/'([^']+)'/.exec(error.message)?.[1] ?? error.message}.`, 'No command of the workshop works without it.', 'Run npm ci first.']
  }
  if (/@esbuild|esbuild.*(?:platform|install)/is.test(error.message)) {
    return ['esbuild, which compiles the workshop, is not installed for this machine.', 'That is so where node_modules was copied from another one, or installed without optional packages.', 'Delete node_modules, and run npm ci.']
  }
  return undefined
}

/**
 * @param {readonly import('esbuild').Message[]} messages
 * @returns {readonly string[]}
 */
function notCompiled(messages) {
  const places = messages.slice(0, 3).map(({ text, location }) => `${location === null ? '' : `${location.file}:${location.line}: `}${text}`)
  return [
    'The workshop itself cannot be compiled:',
    ...places,
    'No command works until that is repaired. It is not about your exercise.',
    'If you did not mean to change these files: git status lib shows what is',
    'different, and git checkout lib brings them back.',
  ]
}
