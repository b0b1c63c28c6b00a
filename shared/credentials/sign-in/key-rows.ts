import { isProductScope, type ProductScope } from '../../api/actor'
import type { Action, Row, Table, Values } from '../../storage/table'

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

/** With rows of the same transaction. */
export async function addProductKey(
  table: Table,
  key: Omit<ProductKey, 'revokedAt'>,
  beside: readonly Action[] = [],
): Promise<void> {
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
  await table.commit([{ type: 'create', key: PRODUCT_KEYS.from + id, values }, ...beside])
}

/** With rows of the same transaction; one that is revoked already stays as it is. False when there is none of that id. */
export async function revokeProductKey(
  table: Table,
  { id, now }: { readonly id: string; readonly now: number },
  beside: (key: ProductKey) => readonly Action[] = () => [],
): Promise<boolean> {
  if (!ID.test(id)) return false
  const values = { revoked: iso(now) }
  for (;;) {
    const row = await table.get(PRODUCT_KEYS.from + id)
    if (row === undefined) return false
    const key = keyOf(row)
    if (key.revokedAt !== undefined) return true
    const outcome = await table.commit([{ type: 'merge', key: row.key, values, etag: row.etag }, ...beside(key)])
    if (outcome.ok) return true
  }
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
