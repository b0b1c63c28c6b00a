import { isProductScope, type ProductScope } from '../../api/actor'
import type { Row, Table, Values } from '../../storage/table'

/** A key of the product as it is kept. Times in milliseconds since the epoch. */
export interface ProductKey {
  readonly id: string
  /** SHA-256 of the key, in hex. */
  readonly digest: string
  readonly lastFour: string
  readonly label: string
  readonly scopes: readonly ProductScope[]
  /** Who made it, by name. */
  readonly by: string
  readonly createdAt: number
  readonly expiresAt: number | undefined
  readonly revokedAt: number | undefined
}

/**
 * In a tenant's table the keys of that tenant, in the table of tenants those for all: `!` sorts before every slug, so that no
 * list of tenants meets them.
 */
export const PRODUCT_KEYS = { from: '!k!', before: '!k"' }
const MAX_KEYS = 1000
const ID = /^[0-9a-f]{32}$/

/** Every key, newest first. One trip. */
export async function listProductKeys(table: Table): Promise<readonly ProductKey[]> {
  const rows = await table.all(PRODUCT_KEYS, { limit: MAX_KEYS })
  return rows.map(keyOf).sort((a, b) => b.createdAt - a.createdAt)
}

export async function addProductKey(table: Table, key: Omit<ProductKey, 'revokedAt'>): Promise<void> {
  const { id, digest, lastFour, label, scopes, by, createdAt, expiresAt } = key
  const values: Values = {
    digest,
    lastFour,
    label,
    scopes: scopes.join(' '),
    by,
    created: iso(createdAt),
    ...(expiresAt !== undefined && { expires: iso(expiresAt) }),
  }
  await table.commit([{ type: 'create', key: PRODUCT_KEYS.from + id, values }])
}

/** False when there is none of that id. */
export async function revokeProductKey(table: Table, id: string, now: number): Promise<boolean> {
  if (!ID.test(id)) return false
  return (await table.commit([{ type: 'merge', key: PRODUCT_KEYS.from + id, values: { revoked: iso(now) }, etag: '*' }])).ok
}

const iso = (ms: number) => new Date(ms).toISOString()

function keyOf({ key, values }: Row): ProductKey {
  const text = (name: string) => String(values[name])
  const timeOf = (name: string) => (values[name] === undefined ? undefined : Date.parse(text(name)))
  return {
    id: key.slice(PRODUCT_KEYS.from.length),
    digest: text('digest'),
    lastFour: text('lastFour'),
    label: text('label'),
    scopes: text('scopes').split(' ').filter(isProductScope),
    by: text('by'),
    createdAt: Date.parse(text('created')),
    expiresAt: timeOf('expires'),
    revokedAt: timeOf('revoked'),
  }
}
