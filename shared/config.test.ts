import sample from '../local.settings.sample.json'
import { ConfigError, httpStreamEnabled, isTenantSlug, readConfig, settingNames } from './config'
import type { Environment } from './config'

const local = { TABLES_CONNECTION_STRING: 'UseDevelopmentStorage=true', LOCAL_TENANT_TOKENS: '{"demo":"secret-token"}' }
const cloud = { TABLES_URL: 'https://acme.table.core.windows.net', KEY_VAULT_URL: 'https://acme.vault.azure.net/' }

const signIn = {
  SIGN_IN_TENANT_ID: '7b3c1f0a-0000-4000-8000-00000000000b',
  SIGN_IN_CLIENT_ID: '7b3c1f0a-0000-4000-8000-00000000000c',
}

/** What readConfig complains about, a line each; none when it accepts. */
function problems(env: Environment): string[] {
  try {
    readConfig(env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n')
    throw error
  }
}

test('the cloud reaches tables and the vault by identity, with the defaults for the rest', () => {
  expect(readConfig({ ...cloud, WEBSITE_SKU: 'FlexConsumption' })).toEqual({
    tables: { kind: 'identity', url: 'https://acme.table.core.windows.net' },
    tokens: { kind: 'keyVault', url: 'https://acme.vault.azure.net' },
    managedIdentityClientId: undefined,
    publicUrl: undefined,
    httpStream: false,
    requestsPerSecond: 100,
    requestBurst: 400,
    signIn: undefined,
    managementAddresses: [],
    allowLocalWebhooks: false,
  })
})

test('a local run takes a connection string and tokens from the environment', () => {
  const config = readConfig({
    ...local,
    WEBSITE_HOSTNAME: 'localhost:7071', // Core Tools
    CONTAINER_NAME: 'devcontainer',
    PUBLIC_URL: 'http://localhost:9000',
    HTTP_STREAM: 'true',
  })
  expect(config.tables).toEqual({ kind: 'connectionString', connectionString: 'UseDevelopmentStorage=true' })
  expect(config.tokens).toEqual({ kind: 'local', tokens: new Map([['demo', 'secret-token']]) })
  expect(config).toMatchObject({ publicUrl: 'http://localhost:9000', httpStream: true })
})

test.each(['WEBSITE_INSTANCE_ID', 'WEBSITE_POD_NAME', 'WEBSITE_SKU_NAME', 'WEBSITE_SKU'])(
  '%s means Azure, where local settings are refused',
  (name) => {
    expect(problems({ ...local, [name]: 'x' })).toEqual([
      'TABLES_CONNECTION_STRING is for local runs and is refused inside Azure; set TABLES_URL instead.',
      'LOCAL_TENANT_TOKENS is for local runs and is refused inside Azure; set KEY_VAULT_URL instead.',
    ])
  },
)

test('inside Azure addresses for people have the host name of the platform, which no Host header can change', () => {
  const inAzure = { ...cloud, WEBSITE_SKU: 'FlexConsumption', WEBSITE_HOSTNAME: 'acme.azurewebsites.net' }
  expect(readConfig(inAzure).platformUrl).toBe('https://acme.azurewebsites.net')
  expect(readConfig({ ...local, WEBSITE_HOSTNAME: 'localhost:7071' }).platformUrl).toBeUndefined()
})

test('an empty environment lacks tables and tokens, and both choices at once exclude each other', () => {
  expect(problems({ TABLES_URL: '' })).toEqual([
    'TABLES_URL is missing (or, on your own machine, TABLES_CONNECTION_STRING).',
    'KEY_VAULT_URL is missing (or, on your own machine, LOCAL_TENANT_TOKENS).',
  ])
  expect(problems({ ...local, ...cloud })).toEqual([
    'TABLES_URL and TABLES_CONNECTION_STRING exclude each other; set one of them.',
    'KEY_VAULT_URL and LOCAL_TENANT_TOKENS exclude each other; set one of them.',
  ])
})

test.each([
  ['TABLES_URL', 'http://acme.table.core.windows.net'],
  ['TABLES_URL', 'https://acme.table.core.windows.net/?sv=2024&sig=hidden-value'],
  ['TABLES_URL', 'https://user:hidden-value@acme.table.core.windows.net'],
  ['KEY_VAULT_URL', 'hidden-value'],
  ['KEY_VAULT_URL', 'https://acme.vault.azure.net/secrets'],
  ['MANAGED_IDENTITY_CLIENT_ID', 'hidden-value'],
  ['PUBLIC_URL', 'https://scim.example.com/scim'],
  ['PUBLIC_URL', 'ftp://scim.example.com'],
  ['HTTP_STREAM', 'yes'],
  ['REQUESTS_PER_SECOND', '0'],
  ['REQUESTS_PER_SECOND', '1.5'],
  ['REQUEST_BURST', '-1'],
  ['SIGN_IN_TENANT_ID', 'hidden-value'],
  ['SIGN_IN_CLIENT_ID', 'hidden-value'],
  ['SIGN_IN_ISSUER', 'hidden-value'],
  ['SIGN_IN_ISSUER', 'http://login.example.com/hidden-value'],
  ['SIGN_IN_ISSUER', 'http://localhost.example.com/hidden-value'],
  ['SIGN_IN_ISSUER', 'https://login.example.com/?hidden-value'],
  ['SIGN_IN_ISSUER', 'https://hidden-value@login.example.com'],
  ['SIGN_IN_ISSUER', 'file:///hidden-value'],
])('%s refuses %s with one line that names it and not its value', (name, value) => {
  const lines = problems({ ...cloud, ...(name.startsWith('SIGN_IN') && signIn), [name]: value })
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatch(new RegExp(`^${name} must be .*\\.$`))
  expect(lines[0]).not.toContain('hidden-value')
})

test.each([
  ['not JSON', 'hidden-value'],
  ['an array', '["hidden-value"]'],
  ['a slug with a capital', '{"Demo":"hidden-value"}'],
  ['a slug that names the prototype', '{"__proto__":"hidden-value"}'],
  ['a slug that ends in a hyphen', '{"demo-":"hidden-value"}'],
  ['a token of seven characters', '{"demo":"1234567"}'],
  ['a token of 257 characters', JSON.stringify({ demo: 'a'.repeat(257) })],
  ['a token with a space', '{"demo":"hidden value"}'],
  ['a token that is a Key Vault reference', '{"demo":"@Microsoft.KeyVault(SecretUri=hidden-value)"}'],
  ['one wrong entry among right ones', '{"demo":"secret-token","other":7}'],
])('LOCAL_TENANT_TOKENS refuses %s', (_what, value) => {
  const lines = problems({ ...local, LOCAL_TENANT_TOKENS: value })
  expect(lines).toEqual([
    'LOCAL_TENANT_TOKENS must be a JSON object of tenant slugs, each with a token of 8 to 256 visible ASCII characters.',
  ])
})

test.each(settingNames)('%s refuses a Key Vault reference that the host left unresolved', (name) => {
  expect(problems({ [name]: '@Microsoft.KeyVault(SecretUri=https://acme.vault.azure.net/secrets/x)' })).toContain(
    `${name} is a Key Vault reference that was not resolved.`,
  )
})

test('people of one Entra ID tenant sign in for one app registration, by the v2.0 endpoint', () => {
  expect(readConfig({ ...cloud, ...signIn }).signIn).toEqual({
    tenantId: '7b3c1f0a-0000-4000-8000-00000000000b',
    clientId: '7b3c1f0a-0000-4000-8000-00000000000c',
    issuer: 'https://login.microsoftonline.com/7b3c1f0a-0000-4000-8000-00000000000b/v2.0',
  })
})

test.each([
  ['http://localhost:4711', 'http://localhost:4711'],
  ['http://localhost:4711/', 'http://localhost:4711'],
  ['https://login.example.com/tenant/v2.0/', 'https://login.example.com/tenant/v2.0'],
])('a local run may name another issuer, %s, and Azure refuses it', (value, issuer) => {
  const env = { ...signIn, SIGN_IN_ISSUER: value }
  expect(readConfig({ ...local, ...env }).signIn?.issuer).toBe(issuer)
  expect(problems({ ...cloud, ...env, WEBSITE_SKU: 'FlexConsumption' })).toEqual([
    'SIGN_IN_ISSUER is for local runs and is refused inside Azure.',
  ])
})

test.each([
  [{ SIGN_IN_TENANT_ID: signIn.SIGN_IN_TENANT_ID }, ['SIGN_IN_CLIENT_ID']],
  [{ SIGN_IN_CLIENT_ID: signIn.SIGN_IN_CLIENT_ID, SIGN_IN_TENANT_ID: '' }, ['SIGN_IN_TENANT_ID']],
  [{ SIGN_IN_ISSUER: 'http://localhost:4711' }, ['SIGN_IN_TENANT_ID', 'SIGN_IN_CLIENT_ID']],
])('signing in by half, %j, is refused and %j named as missing', (env, missing) => {
  expect(problems({ ...local, ...env })).toEqual(
    missing.map((name) => `${name} is missing; signing in needs SIGN_IN_TENANT_ID and SIGN_IN_CLIENT_ID.`),
  )
})

test('every wrong setting has its own line', () => {
  expect(problems({ ...cloud, HTTP_STREAM: '1', REQUEST_BURST: 'many' })).toEqual([
    'HTTP_STREAM must be true or false.',
    'REQUEST_BURST must be a whole number from 1 to 999999.',
  ])
})

test.each([
  ['a', true],
  ['contoso-2', true],
  ['a'.repeat(40), true],
  ['a'.repeat(41), false],
  ['-a', false],
  ['a_b', false],
  ['a\n', false],
  ['', false],
])('the slug %j is allowed: %s', (slug, allowed) => {
  expect(isTenantSlug(slug)).toBe(allowed)
})

test('streaming is on only for the word true, and a wrong word does not throw while functions register', () => {
  expect(
    [{ HTTP_STREAM: 'true' }, { HTTP_STREAM: 'TRUE' }, { HTTP_STREAM: '' }, {}].map((env) => httpStreamEnabled(env)),
  ).toEqual([true, false, false, false])
})

test('the sample of local settings is accepted and names every setting a local run can have', () => {
  const hostSettings = ['AzureWebJobsStorage', 'FUNCTIONS_WORKER_RUNTIME']
  const cloudSettings = ['TABLES_URL', 'KEY_VAULT_URL', 'MANAGED_IDENTITY_CLIENT_ID', 'MANAGEMENT_ALLOWED_ADDRESSES']
  expect(Object.keys(sample.Values).sort()).toEqual(
    [...hostSettings, ...settingNames.filter((name) => !cloudSettings.includes(name))].sort(),
  )
  expect(problems(sample.Values)).toEqual([])
})

test('addresses that may manage the service are ranges, each of them', () => {
  const ranges = '203.0.113.0/24, 2001:db8::/32'
  expect(readConfig({ ...cloud, MANAGEMENT_ALLOWED_ADDRESSES: ranges }).managementAddresses).toEqual(ranges.split(', '))
  expect(problems({ ...cloud, MANAGEMENT_ALLOWED_ADDRESSES: '203.0.113.0/24,203.0.113.7' })).toEqual([
    'MANAGEMENT_ALLOWED_ADDRESSES must be ranges such as 203.0.113.0/24, with commas between.',
  ])
})

test('webhooks may go to local addresses in local runs alone', () => {
  expect(readConfig({ ...local, WEBHOOK_ALLOW_LOCAL: 'true' }).allowLocalWebhooks).toBe(true)
  expect(problems({ ...cloud, WEBHOOK_ALLOW_LOCAL: 'true', WEBSITE_SKU: 'FlexConsumption' })).toEqual([
    'WEBHOOK_ALLOW_LOCAL is for local runs and is refused inside Azure.',
  ])
})
