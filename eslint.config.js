import tseslint from 'typescript-eslint'

// Layers import downwards only: workshop → exploration, real → system → broker, store, http → simulation. See lib/README.md.
const layers = {
  simulation: ['system', 'exploration', 'broker', 'store', 'http', 'providers', 'story', 'real', 'workshop', 'model-checker'],
  store: ['system', 'exploration', 'broker', 'http', 'providers', 'story', 'real', 'workshop', 'model-checker'],
  broker: ['system', 'exploration', 'http', 'providers', 'story', 'real', 'workshop', 'model-checker'],
  http: ['system', 'exploration', 'broker', 'providers', 'story', 'real', 'workshop', 'model-checker'],
  providers: ['system', 'exploration', 'broker', 'story', 'real', 'workshop', 'model-checker'],
  system: ['exploration', 'providers', 'story', 'real', 'workshop', 'model-checker', 'bench'],
  story: ['system', 'exploration', 'broker', 'store', 'http', 'providers', 'real', 'workshop', 'model-checker'],
  exploration: ['providers', 'real', 'workshop', 'model-checker'],
  real: ['providers', 'workshop', 'model-checker'],
  'model-checker': ['system', 'exploration', 'broker', 'store', 'http', 'providers', 'real', 'workshop', 'simulation'],
}

const layerRules = Object.entries(layers).map(([layer, above]) => ({
  files: [`lib/${layer}/**/*.ts`],
  ignores: ['**/*.test.ts'],
  rules: {
    'no-restricted-imports': ['error', {
      patterns: above.map((name) => ({
        group: [`**/${name}/**`],
        message: `lib/${layer} must not import lib/${name}: layers import downwards only.`,
      })),
    }],
  },
}))

export default tseslint.config(
  { ignores: ['node_modules/', '.workshop/', 'dist/', 'slides/dist/', 'eslint.config.js'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/require-await': 'off',
      // `store.get<Order>(…)`: what a document is like is the caller's knowledge.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  {
    // Wrong answers are wrong on purpose; what they must not be is uncompilable.
    files: ['solutions/*/near-misses/**/*.ts', 'solutions/*/starter/**/*.ts', 'exercises/**/*.ts', 'lib/**/fixtures/**/*.ts'],
    ignores: ['exercises/**/*.test.ts'],
    rules: {
      '@typescript-eslint/no-floating-promises': 'off',
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/only-throw-error': 'off',
    },
  },
  ...layerRules,
)
