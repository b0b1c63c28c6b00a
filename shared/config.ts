import { isIP } from 'node:net'
import * as z from 'zod'
import { isObject } from './scim/json'

export type Environment = Readonly<Record<string, string | undefined>>

/** What the environment says, checked. Made by readConfig only. */
export interface Config {
  /** The cloud's tables by managed identity, or a local emulator's by connection string. */
  readonly tables:
    { readonly kind: 'identity'; readonly url: string } | { readonly kind: 'connectionString'; readonly connectionString: string }
  /** Where bearer tokens are kept: a Key Vault, or the environment itself (slug to token, local runs only). */
  readonly tokens:
    { readonly kind: 'keyVault'; readonly url: string } | { readonly kind: 'local'; readonly tokens: ReadonlyMap<string, string> }
  /** Client id of the user-assigned identity; undefined means the system-assigned one. */
  readonly managedIdentityClientId: string | undefined
  /** Origin for the locations in answers, without a final slash; undefined means the request's own. */
  readonly publicUrl: string | undefined
  /**
   * Origin by which the platform knows the app; undefined outside Azure. Addresses that people are given, such as setup links, have
   * it where no publicUrl is set, since whoever sends a request chooses its Host header.
   */
  readonly platformUrl: string | undefined
  readonly httpStream: boolean
  /** Requests each tenant may make on one instance. */
  readonly requestsPerSecond: number
  readonly requestBurst: number
  /** Who vouches for the people that manage this service; undefined means that nobody signs in. */
  readonly signIn: SignInConfig | undefined
  /** Ranges of addresses that reach the console and the management API; empty: all do. */
  readonly managementAddresses: readonly string[]
  /** Origin of an issuer on this machine whose assertions are looked at beside Entra ID's; undefined inside Azure. */
  readonly federationTestIssuer: string | undefined
  /** Whether webhooks may go to http URLs and to addresses that are not public: for local runs. */
  readonly allowLocalWebhooks: boolean
}

export interface SignInConfig {
  /** Entra ID tenant whose people may sign in. */
  readonly tenantId: string
  /** App registration that tokens are made for. */
  readonly clientId: string
  /** As tokens name it in `iss`, without a final slash. Its discovery document lies below. */
  readonly issuer: string
}

/** Settings are missing or wrong. The message has one line for each, names the setting and never its value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** A tenant's name in its URL, which is also part of table and secret names. */
export const isTenantSlug = (text: string) => /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/.test(text)
/** Visible ASCII, which a header carries unchanged. Entra ID's field for the secret takes at most 256 characters. */
export const isToken = (text: string) => /^[\x21-\x7e]{8,256}$/.test(text)

function originOf(text: string, protocols: readonly string[]): string | undefined {
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  const bare = url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '' && url.password === ''
  return bare && protocols.includes(url.protocol) ? url.origin : undefined
}

const origin = (protocols: readonly string[], message: string) =>
  z.string().transform((text, check) => {
    const value = originOf(text, protocols)
    if (value !== undefined) return value
    check.addIssue({ code: 'custom', message })
    return z.NEVER
  })

const THIS_MACHINE = ['localhost', '127.0.0.1', '[::1]']

const localOrigin = z
  .string()
  .refine(
    (text) => originOf(text, ['http:']) === text && THIS_MACHINE.includes(new URL(text).hostname),
    'must be an origin on this machine, such as http://localhost:5001',
  )

/** The path stays, since an issuer has one. */
const issuer = z.string().transform((text, check) => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && THIS_MACHINE.includes(url.hostname))
  if (isSafe && url.href === url.origin + url.pathname) return url.href.replace(/\/$/, '')
  check.addIssue({ code: 'custom', message: 'must be an https URL, or http on localhost, without a query' })
  return z.NEVER
})

const count = z
  .string()
  .regex(/^[1-9][0-9]{0,5}$/, 'must be a whole number from 1 to 999999')
  .transform(Number)

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const tenantTokens = z.string().transform((text, check) => {
  const json = parsedJson(text)
  const entries = isObject(json) ? Object.entries(json) : undefined
  const tokens = new Map<string, string>()
  for (const [slug, token] of entries ?? []) {
    if (isTenantSlug(slug) && typeof token === 'string' && isToken(token) && !isVaultReference(token)) tokens.set(slug, token)
  }
  if (tokens.size === entries?.length) return tokens
  check.addIssue({
    code: 'custom',
    message: 'must be a JSON object of tenant slugs, each with a token of 8 to 256 visible ASCII characters',
  })
  return z.NEVER
})

/** Whether the text is a range of addresses such as `203.0.113.0/24` or `2001:db8::/32`. */
export function isAddressRange(text: string): boolean {
  const [address = '', bits = '', ...more] = text.split('/')
  const family = isIP(address)
  return family !== 0 && more.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128)
}

const addressRanges = z
  .string()
  .transform((text) => text.split(',').map((range) => range.trim()))
  .refine((ranges) => ranges.every(isAddressRange), 'must be ranges such as 203.0.113.0/24, with commas between')

const schema = z.object({
  TABLES_URL: origin(
    ['https:'],
    'must be an https URL without a path, such as https://account.table.core.windows.net',
  ).optional(),
  TABLES_CONNECTION_STRING: z.string().optional(),
  KEY_VAULT_URL: origin(['https:'], 'must be an https URL without a path, such as https://name.vault.azure.net').optional(),
  LOCAL_TENANT_TOKENS: tenantTokens.optional(),
  MANAGED_IDENTITY_CLIENT_ID: z.guid('must be the client id (a GUID) of a managed identity').optional(),
  PUBLIC_URL: origin(['https:', 'http:'], 'must be an origin without a path, such as https://scim.example.com').optional(),
  HTTP_STREAM: z.enum(['true', 'false'], 'must be true or false').default('false'),
  REQUESTS_PER_SECOND: count.default(100),
  REQUEST_BURST: count.default(400),
  SIGN_IN_TENANT_ID: z.guid('must be the id (a GUID) of an Entra ID tenant').optional(),
  SIGN_IN_CLIENT_ID: z.guid('must be the client id (a GUID) of an app registration').optional(),
  SIGN_IN_ISSUER: issuer.optional(),
  MANAGEMENT_ALLOWED_ADDRESSES: addressRanges.default([]),
  FEDERATION_TEST_ISSUER: localOrigin.optional(),
  WEBHOOK_ALLOW_LOCAL: z.enum(['true', 'false'], 'must be true or false').default('false'),
})
type SettingName = keyof typeof schema.shape
type Settings = z.infer<typeof schema>

/** Every setting this service reads. */
export const settingNames = Object.keys(schema.shape) as readonly SettingName[]

/**
 * Each is set by some hosting plan: WEBSITE_SKU by all once an app is assigned, WEBSITE_SKU_NAME and WEBSITE_POD_NAME by Flex
 * Consumption, WEBSITE_INSTANCE_ID by App Service plans. Not here: WEBSITE_HOSTNAME, which Azure Functions Core Tools set too, and
 * CONTAINER_NAME, which development containers have as well.
 */
const azureOnly = ['WEBSITE_SKU', 'WEBSITE_SKU_NAME', 'WEBSITE_POD_NAME', 'WEBSITE_INSTANCE_ID']
/** Whether a hosting plan of Azure runs this. */
export const insideAzure = (env: Environment = process.env) => azureOnly.some((name) => (env[name] ?? '') !== '')

function platformUrl(env: Environment): string | undefined {
  const { WEBSITE_HOSTNAME: host = '' } = env
  return insideAzure(env) && host !== '' ? `https://${host}` : undefined
}

/** The host leaves a Key Vault reference it cannot resolve as it stands, and would then run with that text as the secret. */
const isVaultReference = (text: string) => text.toLowerCase().startsWith('@microsoft.keyvault(')

/** Exactly one of the two, and the local one never inside Azure, where it would bring a secret into the app's settings. */
function choiceProblems(set: ReadonlySet<string>, cloud: SettingName, local: SettingName, env: Environment): string[] {
  if (set.has(local) && insideAzure(env)) return [`${local} is for local runs and is refused inside Azure; set ${cloud} instead.`]
  if (set.has(local) && set.has(cloud)) return [`${cloud} and ${local} exclude each other; set one of them.`]
  if (!set.has(local) && !set.has(cloud)) return [`${cloud} is missing (or, on your own machine, ${local}).`]
  return []
}

/** Both ids or none. Another issuer could let anybody in, so it never counts inside Azure. */
function signInProblems(set: ReadonlySet<string>, env: Environment): string[] {
  const ids = ['SIGN_IN_TENANT_ID', 'SIGN_IN_CLIENT_ID'] as const
  const missing = ids.filter((name) => !set.has(name))
  const isAsked = missing.length < ids.length || set.has('SIGN_IN_ISSUER')
  return [
    ...(isAsked ? missing.map((name) => `${name} is missing; signing in needs ${ids.join(' and ')}.`) : []),
    ...(set.has('SIGN_IN_ISSUER') && insideAzure(env) ? ['SIGN_IN_ISSUER is for local runs and is refused inside Azure.'] : []),
  ]
}

function signInOf({
  SIGN_IN_TENANT_ID: tenantId,
  SIGN_IN_CLIENT_ID: clientId,
  SIGN_IN_ISSUER,
}: Settings): SignInConfig | undefined {
  if (tenantId === undefined || clientId === undefined) return undefined
  return { tenantId, clientId, issuer: SIGN_IN_ISSUER ?? `https://login.microsoftonline.com/${tenantId.toLowerCase()}/v2.0` }
}

function toConfig(settings: Settings, env: Environment): Config {
  return {
    tables:
      settings.TABLES_URL === undefined
        ? { kind: 'connectionString', connectionString: settings.TABLES_CONNECTION_STRING ?? '' }
        : { kind: 'identity', url: settings.TABLES_URL },
    tokens:
      settings.KEY_VAULT_URL === undefined
        ? { kind: 'local', tokens: settings.LOCAL_TENANT_TOKENS ?? new Map() }
        : { kind: 'keyVault', url: settings.KEY_VAULT_URL },
    managedIdentityClientId: settings.MANAGED_IDENTITY_CLIENT_ID,
    publicUrl: settings.PUBLIC_URL,
    platformUrl: platformUrl(env),
    httpStream: settings.HTTP_STREAM === 'true',
    requestsPerSecond: settings.REQUESTS_PER_SECOND,
    requestBurst: settings.REQUEST_BURST,
    signIn: signInOf(settings),
    managementAddresses: settings.MANAGEMENT_ALLOWED_ADDRESSES,
    federationTestIssuer: settings.FEDERATION_TEST_ISSUER,
    allowLocalWebhooks: settings.WEBHOOK_ALLOW_LOCAL === 'true',
  }
}

/**
 * The configuration that the environment describes. An empty setting counts as not set.
 * @throws ConfigError with one line for each setting that is missing or wrong
 */
export function readConfig(env: Environment = process.env): Config {
  const values = settingNames.flatMap((name) => {
    const value = env[name]
    return value === undefined || value === '' ? [] : [[name, value] as const]
  })
  const set = new Set<string>(values.map(([name]) => name))
  const references = values.filter(([, value]) => isVaultReference(value)).map(([name]) => name)
  const parsed = schema.safeParse(Object.fromEntries(values.filter(([name]) => !references.includes(name))))
  const problems = [
    ...references.map((name) => `${name} is a Key Vault reference that was not resolved.`),
    ...(parsed.error?.issues ?? []).map((issue) => `${issue.path.join('.')} ${issue.message}.`),
    ...choiceProblems(set, 'TABLES_URL', 'TABLES_CONNECTION_STRING', env),
    ...choiceProblems(set, 'KEY_VAULT_URL', 'LOCAL_TENANT_TOKENS', env),
    ...signInProblems(set, env),
    ...localOnly
      .filter((name) => set.has(name) && insideAzure(env))
      .map((name) => `${name} is for local runs and is refused inside Azure.`),
  ]
  if (parsed.data === undefined || problems.length > 0) throw new ConfigError(problems.join('\n'))
  return toConfig(parsed.data, env)
}

const localOnly = ['WEBHOOK_ALLOW_LOCAL', 'FEDERATION_TEST_ISSUER'] as const

/** Whether HTTP_STREAM asks for streamed requests. Read while functions register, where a wrong setting must not throw. */
export const httpStreamEnabled = (env: Environment = process.env) => env['HTTP_STREAM'] === 'true'
