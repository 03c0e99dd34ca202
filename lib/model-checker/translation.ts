import { ModelError } from './errors.js'

const block = /^\\\*+ BEGIN TRANSLATION[^\n]*\n([\s\S]*?)^\\\*+ END TRANSLATION[^\n]*\n/m

/** Whether a module has an algorithm in PlusCal. Otherwise it was written in TLA+, and there is nothing to translate. */
export function hasAlgorithm(module: string): boolean {
  return /--(?:fair\s+)?algorithm\b/.test(module)
}

/**
 * What the PlusCal translator has made of an algorithm: the lines between `BEGIN TRANSLATION` and `END TRANSLATION`, without the checksums that
 * newer translators write beside the first, and without line comments and spaces, which differ from version to version. Undefined when there is none.
 */
export function translationIn(module: string): string | undefined {
  const [, translation] = block.exec(module.replaceAll('\r\n', '\n')) ?? []
  return translation?.replace(/\\\*.*$/gm, '').replace(/\s+/g, '')
}

/**
 * The module with the translation that the translator has just made of its algorithm, and nothing else changed.
 *
 * @throws ModelError of kind `tlc` when the translator has changed more than the translation.
 */
export function withTranslation(file: string, module: string, translated: string): string {
  const windows = module.includes('\r\n')
  const rest = (text: string): string => text.replaceAll('\r\n', '\n').replace(block, '').replace(/\s+/g, '')
  if (rest(module) === rest(translated)) return windows ? translated.replace(/\r?\n/g, '\r\n') : translated
  throw new ModelError('tlc', {
    what: `The translator changed more of ${file} than the translation.`,
    why: 'That would overwrite what you have written, so nothing was written.',
    next: 'Translate it in VS Code with "TLA+: Parse module", and look at what changes.',
  })
}

/**
 * Whether a module's own translation is that of its algorithm.
 *
 * @param translated the module as the translator has just left it.
 */
export function isTranslated(module: string, translated: string): boolean {
  const own = translationIn(module)
  return own !== undefined && own === translationIn(translated)
}

/** TLC never looks at the algorithm: it checks the translation below it. So its answer is about the algorithm only when the two agree. */
export function stale(file: string, module: string, command: string): ModelError {
  return new ModelError('tlc', {
    what: translationIn(module) ? `The translation in ${file} is not that of the algorithm above it.` : `${file} has no translation of its algorithm.`,
    why: 'TLC checks the TLA+ translation, never the PlusCal algorithm. Its answer would be about something other than what you have written.',
    next: `Translate it: ${command} --translate writes the translation into the file, and then checks it. In VS Code the command "TLA+: Parse module" does the same.`,
  })
}
