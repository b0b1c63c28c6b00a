import * as z from 'zod'
import { isLiveKey, newProductKey } from '../sign-in/product-key'
import { lastFourOf } from '../tokens/token-digest'
import type { Table } from '../../storage/table'
import type { HeldKeys } from '../sign-in/held-keys'
import { addProductKey, listProductKeys, revokeProductKey, type ProductKey } from '../sign-in/key-rows'
import { PRODUCT_SCOPES, type ProductScope } from '../../api/actor'
import { operation, tenantOperation, type Operation } from '../../api/operation'
import { isoTime, pageOf, pageQuery, time, toPage } from '../../api/page'
import { absent, conflict } from '../../api/problem'
import type { Audit } from '../../audit/record'

const MAX_LIVE_KEYS = 20
const DAY_MS = 86_400_000

const scopes = z
  .array(z.enum(PRODUCT_SCOPES))
  .min(1)
  .refine((given) => new Set(given).size === given.length, 'must name each scope once')
  .describe('What the key may do')

const listedKey = z
  .object({
    id: z.string(),
    label: z.string(),
    scopes,
    lastFour: z.string().describe('The last characters of the key'),
    by: z.string().describe('Who made it'),
    created: time,
    expires: time.optional().describe('Absent for a key that does not expire'),
    revoked: time.optional(),
    state: z.enum(['live', 'expired', 'revoked']),
  })
  .meta({ id: 'ProductKey' })
const madeKey = listedKey.extend({ value: z.string().describe('The key itself, shown this once') }).meta({ id: 'NewProductKey' })

const wantedKey = z
  .strictObject({
    label: z
      .string()
      .trim()
      .min(1)
      .max(100)
      .refine((text) => !/\p{C}/u.test(text), 'must not hold control characters')
      .describe('Where the key is used, so that people find it again'),
    scopes,
    days: z.int().min(1).max(3650).optional().describe('After how many days it expires; never unless given'),
  })
  .meta({ id: 'ProductKeyWanted' })

interface Facts {
  readonly path: string
  readonly of: string
  readonly where: string
}

const TENANTS: Facts = { path: '/tenants/{tenant}/product-keys', of: 'Tenant', where: 'this tenant' }
const ALL: Facts = { path: '/product-keys', of: '', where: 'all tenants' }

const listGiven = ({ path, of, where }: Facts) =>
  ({
    id: `list${of}ProductKeys`,
    method: 'GET',
    path,
    summary: `The product's keys for ${where}, newest first`,
    access: 'operatorReader',
    query: pageQuery,
    answers: { 200: { description: 'A page of keys', schema: pageOf(listedKey) } },
  }) as const
const makeGiven = ({ path, of, where }: Facts) =>
  ({
    id: `make${of}ProductKey`,
    method: 'POST',
    path,
    summary: `Makes a key for the product that opens ${where}`,
    access: 'operatorAdmin',
    audit: 'productKey.created',
    body: wantedKey,
    answers: { 201: { description: 'Made', schema: madeKey } },
  }) as const
const revokeGiven = ({ path, of, where }: Facts) =>
  ({
    id: `revoke${of}ProductKey`,
    method: 'DELETE',
    path: `${path}/{key}`,
    summary: `Revokes one of the product's keys for ${where}`,
    access: 'operatorAdmin',
    audit: 'productKey.revoked',
    parameters: z.object({ key: z.string() }),
    answers: {
      204: { description: 'Revoked: it opens nothing here from now on, and within 30 seconds nothing on any instance' },
    },
  }) as const

interface Needs {
  /** What this instance remembers of them is read again as soon as one is revoked. */
  readonly keys: Pick<HeldKeys, 'forget'>
}

export const productKeyOperations = ({ keys }: Needs): readonly Operation[] => [
  tenantOperation(listGiven(TENANTS), ({ directory, query }) => listed(directory.table, query, directory.now())),
  tenantOperation(makeGiven(TENANTS), ({ directory, actor, body, audit }) =>
    made({ table: directory.table, now: directory.now(), audit }, { ...body, by: actor.name }),
  ),
  tenantOperation(revokeGiven(TENANTS), async ({ directory, tenant, path, audit }) => {
    await revoke({ table: directory.table, now: directory.now(), audit }, path.key)
    keys.forget(tenant)
    return { status: 204 }
  }),
  operation(listGiven(ALL), ({ registry, query }) => listed(registry.storage.list(), query, registry.now())),
  operation(makeGiven(ALL), ({ registry, actor, body, listAudit: audit }) =>
    made({ table: registry.storage.list(), now: registry.now(), audit }, { ...body, by: actor?.name ?? '' }),
  ),
  operation(revokeGiven(ALL), async ({ registry, path, listAudit: audit }) => {
    await revoke({ table: registry.storage.list(), now: registry.now(), audit }, path.key)
    keys.forget(undefined)
    return { status: 204 }
  }),
]

async function listed(table: Table, query: { limit: number; after?: string | undefined }, now: Date) {
  const keys = await listProductKeys(table)
  const from = query.after === undefined ? 0 : keys.findIndex(({ id }) => id === query.after) + 1
  const page = toPage(keys.slice(from, from + query.limit + 1), query.limit, ({ id }) => id)
  return { status: 200, body: { ...page, items: page.items.map((key) => shown(key, now)) } }
}

interface Wanted {
  readonly label: string
  readonly scopes: readonly ProductScope[]
  readonly days?: number | undefined
  readonly by: string
}

interface Place {
  readonly table: Table
  readonly now: Date
  readonly audit: Audit
}

async function made({ table, now, audit }: Place, { label, scopes: wanted, days, by }: Wanted) {
  const held = await listProductKeys(table)
  if (held.filter((key) => isLiveKey(key, now.getTime())).length >= MAX_LIVE_KEYS) {
    throw conflict(`There are ${MAX_LIVE_KEYS} live keys already. Revoke one that is not used any more.`)
  }
  const { id, digest, value } = newProductKey()
  const createdAt = now.getTime()
  const expiresAt = days === undefined ? undefined : createdAt + days * DAY_MS
  const key = { id, digest, lastFour: lastFourOf(value) ?? '', label, scopes: wanted, by, createdAt, expiresAt }
  const facts = shown({ ...key, revokedAt: undefined }, now)
  await addProductKey(table, key, [audit({ subject: id, label, after: { scopes: wanted, expires: facts.expires } })])
  return { status: 201, body: { ...facts, value } }
}

async function revoke({ table, now, audit }: Place, id: string): Promise<void> {
  const record = ({ label, scopes: held }: ProductKey) => [audit({ subject: id, label, before: { scopes: held } })]
  if (!(await revokeProductKey(table, { id, now: now.getTime() }, record))) throw absent('There is no key with this id.')
}

function shown(key: ProductKey, now: Date) {
  const { id, label, scopes: held, lastFour, by, createdAt, expiresAt, revokedAt } = key
  const state = isLiveKey(key, now.getTime()) ? 'live' : revokedAt === undefined ? 'expired' : 'revoked'
  const [expires, ended] = [isoTime(expiresAt), isoTime(revokedAt)]
  return {
    id,
    label,
    scopes: held,
    lastFour,
    by,
    created: isoTime(createdAt),
    ...(expires !== undefined && { expires }),
    ...(ended !== undefined && { revoked: ended }),
    state,
  }
}
