import { randomBytes } from 'node:crypto'
import { isTableMissing, prefixRange, type Row, type Table, type Values } from '../../storage/table'
import { digestFromHex, digestToHex, storedTokenDigest, tokenDigest, type TokenOwner } from './token-digest'
import {
  factsToAdd,
  newestFirst,
  partTokens,
  versionsOf,
  TokenRefused,
  valueToAdd,
  type TokenFacts,
  type TokenStore,
} from './token-store'

const LOCAL_ID = 'local'
const tokenKey = (id: string) => `k!${id}`

export interface LocalStoreOptions {
  /** Tokens by slug, as `local.settings.json` gives them; every generation of a tenant has the same. */
  readonly tokens: ReadonlyMap<string, string>
  /** The owner's own table. */
  readonly open: (owner: TokenOwner) => Table
  /** Milliseconds since the epoch. */
  readonly now?: () => number
}

/**
 * Tokens for runs on a developer's machine: those of LOCAL_TENANT_TOKENS, and rows of the tenant's own table, which hold digests.
 * @throws Error at once when a value is a Key Vault reference that was not resolved
 */
export function localStore({ tokens, open, now = Date.now }: LocalStoreOptions): TokenStore {
  const fromSettings = new Map<string, TokenFacts>()
  for (const [slug, token] of tokens) {
    const digest = storedTokenDigest(token, `The local token of ${slug}`)
    if (digest !== undefined) fromSettings.set(slug, { ...SETTINGS_FACTS, digest })
  }

  async function list(owner: TokenOwner): Promise<TokenFacts[]> {
    const rows = await allRows(open(owner))
    const fixed = fromSettings.get(owner.slug)
    return [...newestFirst(rows.map(factsOf)), ...(fixed === undefined ? [] : [fixed])]
  }

  return {
    async read(owner) {
      const { live, dead } = partTokens(await list(owner), now())
      return { live: versionsOf(live), dead: versionsOf(dead) }
    },
    list,
    async add(owner, token) {
      const value = valueToAdd(token, await list(owner), now())
      const id = randomBytes(16).toString('hex')
      const facts = { id, createdAt: now(), digest: tokenDigest(value), ...factsToAdd(token, value) }
      // Its own commit, repeated by the client after a lost answer, is reported as 'exists'; no other row has this id.
      await open(owner).commit([{ type: 'create', key: tokenKey(id), values: valuesOf(facts) }])
      return { value, facts }
    },
    async disable(owner, id) {
      if (id === LOCAL_ID && fromSettings.has(owner.slug)) throw new TokenRefused('fixed')
      if (!/^[0-9a-f]{32}$/.test(id)) throw new TokenRefused('unknown')
      const outcome = await open(owner).commit([{ type: 'merge', key: tokenKey(id), values: { enabled: false }, etag: '*' }])
      if (!outcome.ok) throw new TokenRefused('unknown')
    },
  }
}

const SETTINGS_FACTS = {
  id: LOCAL_ID,
  isFixed: true as const,
  label: 'local.settings.json',
  lastFour: undefined,
  createdAt: undefined,
  notBefore: undefined,
  expiresAt: undefined,
  enabled: true,
  replaces: undefined,
}

/** None before anybody made the tenant's table. */
async function allRows(table: Table): Promise<readonly Row[]> {
  try {
    return await table.all(prefixRange('k'))
  } catch (error) {
    if (isTableMissing(error)) return []
    throw error
  }
}

function valuesOf({ digest, label, lastFour, createdAt, expiresAt, enabled, replaces }: TokenFacts): Values {
  return {
    enabled,
    ...(digest !== undefined && { digest: digestToHex(digest) }),
    ...(label !== undefined && { label }),
    ...(lastFour !== undefined && { last4: lastFour }),
    ...(createdAt !== undefined && { created: new Date(createdAt).toISOString() }),
    ...(expiresAt !== undefined && { expires: new Date(expiresAt).toISOString() }),
    ...(replaces !== undefined && { replaces }),
  }
}

function factsOf({ key, values }: Row): TokenFacts {
  const text = (name: string) => {
    const value = values[name]
    return typeof value === 'string' ? value : undefined
  }
  return {
    id: key.slice(tokenKey('').length),
    label: text('label'),
    lastFour: text('last4'),
    createdAt: time(text('created')),
    notBefore: undefined,
    expiresAt: time(text('expires')),
    enabled: values['enabled'] !== false,
    replaces: text('replaces'),
    digest: digestFromHex(text('digest')),
  }
}

const time = (text: string | undefined) => (text === undefined ? undefined : Date.parse(text))
