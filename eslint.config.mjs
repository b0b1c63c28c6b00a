import js from '@eslint/js'
import tseslint from 'typescript-eslint'

/** Dependencies point one way: functions -> shared/http -> directory, feed, tenants, auth -> storage; shared/scim is pure. */
const layer = (folder, forbidden) => ({
  files: [`shared/${folder}/**`],
  ignores: ['**/*.test.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      { patterns: [{ group: forbidden, message: `shared/${folder} may not import this: wrong direction.` }] },
    ],
  },
})
const outside = ['**/dev/**', '**/ops/**', '**/tests/**', '**/bench/**', '**/functions/**']
const tables = ['@azure/data-tables']
const vault = ['@azure/keyvault-secrets', '@azure/identity']

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', 'coverage/**'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      complexity: ['error', 12],
      'max-depth': ['error', 3],
      'max-params': ['error', 4],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'no-console': ['error', { allow: ['warn'] }],
    },
  },
  {
    files: ['**/*.test.ts', 'tests/**', 'dev/**', 'ops/**', 'bench/**'],
    rules: { 'max-lines-per-function': 'off', 'no-console': 'off', '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        module: 'writable',
        require: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
      },
    },
  },
  {
    files: ['shared/**/*.ts', 'functions/**/*.ts'],
    ignores: ['**/*.test.ts', 'shared/config.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only shared/config.ts reads the environment.' },
      ],
    },
  },
  layer('scim', [
    ...outside,
    '@azure/*',
    'node:*',
    'zod',
    '**/storage/**',
    '**/directory/**',
    '**/feed/**',
    '**/tenants/**',
    '**/auth/**',
    '**/http/**',
    '**/config',
    '**/services',
  ]),
  layer('storage', [
    ...outside,
    ...vault,
    '@azure/functions',
    '**/directory/**',
    '**/feed/**',
    '**/tenants/**',
    '**/auth/**',
    '**/http/**',
    '**/services',
  ]),
  layer('directory', [
    ...outside,
    ...tables,
    ...vault,
    '@azure/functions',
    '**/feed/**',
    '**/tenants/**',
    '**/auth/**',
    '**/http/**',
    '**/config',
    '**/services',
  ]),
  layer('feed', [
    ...outside,
    ...tables,
    ...vault,
    '@azure/functions',
    '**/tenants/**',
    '**/auth/**',
    '**/http/**',
    '**/config',
    '**/services',
  ]),
  layer('webhooks', [
    ...outside,
    ...tables,
    ...vault,
    '@azure/functions',
    '**/auth/**',
    '**/http/**',
    '**/manage/**',
    '**/config',
    '**/services',
  ]),
  layer('tenants', [
    ...outside,
    ...tables,
    ...vault,
    '@azure/functions',
    '**/directory/**',
    '**/feed/**',
    '**/auth/**',
    '**/http/**',
    '**/services',
  ]),
  layer('auth', [
    ...outside,
    ...tables,
    '@azure/functions',
    '**/directory/**',
    '**/feed/**',
    '**/tenants/**',
    '**/http/**',
    '**/services',
  ]),
  layer('http', [...outside, ...tables, ...vault, '**/config', '**/services']),
  {
    files: ['functions/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: ['**/dev/**', '**/ops/**', '**/tests/**', '**/bench/**', '@azure/data-tables', ...vault] },
      ],
    },
  },
)
