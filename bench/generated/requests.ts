import type { Sent } from '../service/exchange'
import { manageRead, manageWrite, productRead } from './others'
import type { Pool } from './pool'
import { randomOf, type Random } from './random'
import { SCIM } from './scim'
import { sizeOf, wellFormed } from './words'

/** A request that its number and the seed determine, apart from the ids of people and groups. */
export interface Generated {
  readonly index: number
  readonly kind: string
  readonly sent: Sent
}

export interface Doors {
  readonly scim: (slug: string) => Record<string, string>
  readonly operator: Readonly<Record<string, string>>
  /** The product's, which open all tenants. */
  readonly product: Readonly<Record<string, string>>
}

const HEADERS = { 'user-agent': 'bench' }

/** The request with that number. The tenants take turns. */
export function requestAt(index: number, seed: number, { pools, doors }: { pools: readonly Pool[]; doors: Doors }): Generated {
  const random = randomOf(Math.imul(seed, 0x9e3779b1) + index)
  const pool = pools[index % pools.length]
  if (pool === undefined) throw new Error('There is no tenant.')
  const { kind, ...sent } = of(random, pool, doors)
  const path = sent.path.replaceAll(/[^\x21-\x7e]+/g, (part) => encodeURIComponent(wellFormed(part))) // no client sends others
  return { index, kind, sent: { ...sent, path, headers: { ...HEADERS, ...sent.headers, 'x-bench': String(index) } } }
}

function of(random: Random, pool: Pool, doors: Doors): Sent & { kind: string } {
  const bytes = sizeOf(random)
  const turn = random.below(100)
  if (turn < 80) return scim(random, bytes, { pool, doors })
  if (turn < 88) {
    const path = `/api/manage/tenants/${pool.slug}/${manageRead(random, pool)}`
    return { kind: 'management, read', method: 'GET', path, headers: doors.operator }
  }
  if (turn < 92) {
    const { method, path, body, type = 'application/json' } = manageWrite(random, bytes, pool)
    const headers = { ...doors.operator, 'content-type': type }
    return {
      kind: `management, ${path.replace(/[0-9a-f]{32}/, '{id}')}`,
      method,
      path: `/api/manage/tenants/${pool.slug}/${path}`,
      headers,
      body: textOf(body),
    }
  }
  if (turn < 96)
    return {
      kind: 'product',
      method: 'GET',
      path: `/api/product/tenants/${pool.slug}/${productRead(random, pool)}`,
      headers: doors.product,
    }
  const stranger = { ...doors.scim('nobody'), authorization: 'Bearer of-a-stranger' }
  const slug = random.chance(0.7) ? `unknown-${random.below(1e9)}` : pool.slug
  return { kind: 'a stranger', method: 'GET', path: `/scim/${slug}/Users`, headers: stranger }
}

function scim(random: Random, bytes: number, { pool, doors }: { pool: Pool; doors: Doors }): Sent & { kind: string } {
  const { kind, method, path, body } = random.pick(SCIM)(random, bytes, pool)
  const text = body === undefined ? {} : { body: textOf(body) }
  return { kind, method, path: `/scim/${pool.slug}${path}`, headers: doors.scim(pool.slug), ...text }
}

const textOf = (body: unknown): string => (typeof body === 'string' ? body : JSON.stringify(body))

/** What the request is, for people: never more than a line. */
export function describe({ kind, sent }: Generated): string {
  const size = sent.body === undefined ? '' : `, ${Buffer.byteLength(sent.body)} bytes: ${String(sent.body).slice(0, 160)}`
  return `${kind}: ${sent.method} ${sent.path.slice(0, 200)}${size}`.replaceAll(/\s+/g, ' ')
}
