/**
 * Which way imports may point, those of types too. A module is a folder of shared/. It may use the modules in the rows before its
 * own, never one of its own row: what two of them share belongs below both.
 */
const rows = [
  ['scim'],
  ['config.ts', 'events', 'roles', 'storage'],
  ['audit', 'directory', 'tenants', 'usage'],
  ['feed', 'http'],
  ['api'],
  ['access', 'credentials', 'equipment', 'webhooks'],
  ['monitoring', 'people', 'super-tenants'],
  ['administration', 'oauth-api', 'product', 'scim-api'],
  ['app'],
]

const pathOf = (module) => `^shared/${module}${module.endsWith('.ts') ? '$' : '/'}`
const anyOf = (modules) => `^shared/(${modules.map((one) => one.replace('.', '\\.')).join('|')})(/|$)`
const tests = '\\.test\\.ts$'

const upward = rows.flatMap((row, i) =>
  row.map((module) => ({
    name: `${module}-uses-lower-rows`,
    severity: 'error',
    from: { path: pathOf(module), pathNot: tests },
    to: { path: anyOf(rows.slice(i).flat()), pathNot: pathOf(module) },
  })),
)

/** What only some parts of the service may use. */
const onlyIn = (name, what, parts) => ({
  name,
  severity: 'error',
  from: { path: '^(shared|functions)/', pathNot: `${parts}|${tests}` },
  to: { path: what },
})

module.exports = {
  forbidden: [
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-module-left-out',
      severity: 'error',
      from: { path: '^shared/', pathNot: `${anyOf(rows.flat())}|${tests}` },
      to: {},
    },
    ...upward,
    {
      name: 'scim-is-pure',
      comment: 'It computes and nothing else: no packages, nothing of Node.',
      severity: 'error',
      from: { path: '^shared/scim/', pathNot: tests },
      to: { dependencyTypes: ['core', 'npm'] },
    },
    {
      name: 'roles-are-pure',
      comment: 'Their rules are a schema, hence zod.',
      severity: 'error',
      from: { path: '^shared/(roles|events)/', pathNot: tests },
      to: { dependencyTypes: ['core', 'npm'], pathNot: 'node_modules/zod/' },
    },
    onlyIn('tables-only-in-storage', 'node_modules/@azure/data-tables/', '^shared/storage/'),
    onlyIn(
      'vault-only-in-credentials',
      'node_modules/@azure/(keyvault-secrets|identity)/',
      '^shared/(storage|credentials/vault)/',
    ),
    onlyIn(
      'functions-only-where-requests-come-in',
      'node_modules/@azure/functions/',
      '^(functions/|shared/(http|api|oauth-api|scim-api|app)/)',
    ),
    // Whoever else is told what is set, as an argument.
    onlyIn(
      'config-only-where-tenants-are-named',
      '^shared/config\\.ts$',
      '^(functions/|shared/(tenants|credentials|super-tenants|administration|oauth-api|app)/)',
    ),
    {
      name: 'the-service-knows-no-tools',
      severity: 'error',
      from: { path: '^(shared|functions|web)/', pathNot: tests },
      to: { path: '^(dev|ops|tests|bench)/' },
    },
    {
      name: 'functions-only-register',
      severity: 'error',
      from: { path: '^functions/', pathNot: tests },
      to: { path: '^shared/', pathNot: '^shared/(app/|config\\.ts$)' },
    },
    { name: 'shared-knows-no-functions', severity: 'error', from: { path: '^(shared|web)/' }, to: { path: '^functions/' } },
    {
      name: 'web-knows-only-the-api',
      severity: 'error',
      from: { path: '^web/' },
      to: { path: '^shared/|node_modules/@azure/' },
    },
    { name: 'web-runs-in-a-browser', severity: 'error', from: { path: '^web/' }, to: { dependencyTypes: ['core'] } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
  },
}
