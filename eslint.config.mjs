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
/** Parts that others only build upon. */
const above = ['**/activity/**', '**/manage/**', '**/product/**', '**/webhooks/**']
/** What builds everything; nothing below may reach up to it. */
const composition = ['**/services', '**/handlers', '**/follower', '**/admission']
const tables = ['@azure/data-tables']
const vault = ['@azure/keyvault-secrets', '@azure/identity']

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', 'coverage/**', 'web/api/openapi.ts'] },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
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
    files: ['web/**'],
    rules: {
      'no-console': ['error', { allow: ['warn', 'error'] }], // a page's defects are told where a developer of the page looks
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'no-restricted-imports': [
        'error',
        {
          patterns: [{ group: ['**/shared/**', '**/functions/**', '**/dev/**', 'node:*'], message: 'web/ knows the API alone.' }],
        },
      ],
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
    ...above,
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
    ...composition,
  ]),
  layer('roles', [
    ...outside,
    ...above,
    '@azure/*',
    'node:*',
    '**/storage/**',
    '**/directory/**',
    '**/feed/**',
    '**/tenants/**',
    '**/auth/**',
    '**/http/**',
    '**/config',
    ...composition,
  ]),
  layer('storage', [
    ...outside,
    ...above,
    ...vault,
    '@azure/functions',
    '**/directory/**',
    '**/feed/**',
    '**/tenants/**',
    '**/auth/**',
    '**/http/**',
    ...composition,
  ]),
  layer('directory', [
    ...outside,
    ...above,
    ...tables,
    ...vault,
    '@azure/functions',
    '**/feed/**',
    '**/tenants/**',
    '**/auth/**',
    '**/http/**',
    '**/config',
    ...composition,
  ]),
  layer('feed', [
    ...outside,
    ...above,
    ...tables,
    ...vault,
    '@azure/functions',
    '**/tenants/**',
    '**/auth/**',
    '**/http/**',
    '**/config',
    ...composition,
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
    ...composition,
  ]),
  layer('tenants', [
    ...outside,
    ...above,
    ...tables,
    ...vault,
    '@azure/functions',
    '**/directory/**',
    '**/feed/**',
    '**/auth/**',
    '**/http/**',
    ...composition,
  ]),
  layer('auth', [
    ...outside,
    ...above,
    ...tables,
    '@azure/functions',
    '**/directory/**',
    '**/feed/**',
    '**/tenants/**',
    '**/http/**',
    ...composition,
  ]),
  layer('http', [
    ...outside,
    ...tables,
    ...vault,
    '**/manage/**',
    '**/product/**',
    '**/webhooks/**',
    '**/config',
    ...composition,
  ]),
  layer('console', [
    ...outside,
    ...above,
    ...tables,
    ...vault,
    '**/directory/**',
    '**/feed/**',
    '**/tenants/**',
    '**/auth/**',
    '**/config',
    ...composition,
  ]),
  layer('health', [...outside, ...tables, ...vault, '@azure/functions', '**/http/**', ...above, '**/config', ...composition]),
  layer('activity', [
    ...outside,
    ...tables,
    ...vault,
    '@azure/functions',
    '**/tenants/**',
    '**/auth/**',
    '**/http/**',
    '**/manage/**',
    '**/product/**',
    '**/webhooks/**',
    '**/config',
    ...composition,
  ]),
  layer('manage', [...outside, ...tables, ...vault, '**/handlers', '**/follower', '**/admission']),
  layer('product', [...outside, ...tables, ...vault, '**/handlers', '**/follower', '**/admission']),
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
