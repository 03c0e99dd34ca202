import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { transform, type TransformFailure } from 'esbuild'
import { root } from '../../exercises.js'
import { NotCompiled } from '../../judging/compile.js'

/** In two parts: the workshop's own build puts an address where it finds the whole. */
const meta = ['import', 'meta'].join('.')

/**
 * A file of the engine as a function of `require`, `module` and `exports`, so that it can be loaded again with another file in it; see `loader.ts`.
 *
 * @param file relative to the repository's root.
 * @throws NotCompiled
 */
export async function compileModule(file: string, text: string): Promise<string> {
  const path = join(root, ...file.split('/'))
  try {
    const { code } = await transform(text, {
      loader: 'ts',
      format: 'cjs',
      target: 'node20',
      platform: 'node',
      supported: { 'dynamic-import': false }, // `import()` goes through `require` as well
      tsconfigRaw: { compilerOptions: { target: 'ES2023', verbatimModuleSyntax: true } },
      define: { [`${meta}.url`]: JSON.stringify(pathToFileURL(path).href), [`${meta}.dirname`]: JSON.stringify(join(path, '..')) },
      sourcefile: path,
      sourcemap: 'inline',
      sourcesContent: false,
      logLevel: 'silent',
    })
    return code
  } catch (error) {
    const [first] = (error as Partial<TransformFailure>).errors ?? []
    throw new NotCompiled(first?.text ?? String(error))
  }
}
