import { isDeepStrictEqual } from 'node:util'
import { newWriteId } from '../directory/identifiers'
import { outboxFact } from '../directory/documents/record'
import type { Action } from '../storage/table'
import { changeSettings, readEntry, readTenant, type TenantStorage } from '../tenants/registry'
import { MAX_CONNECTIONS } from '../tenants/routing'
import type { Tenant, TenantSettings } from '../tenants/tenant'
import { command } from './commands'
import type { EventType } from '../events/catalogue'
import { recorded, type Audit } from '../audit/record'

/** Why two tenants cannot be connected. */
export type Refusal =
  'itself' | 'source is a target' | 'target is a source' | 'target has another' | 'ending' | 'too many' | 'missing'

/** A record in the super tenant's feed, for the transaction of a save. */
export function noteFor(
  now: Date,
  type: EventType,
  given: { readonly id: string; readonly body: Readonly<Record<string, unknown>> },
): Action {
  const time = now.toISOString()
  return outboxFact({ writeId: newWriteId(now.getTime()), type, time, ...given })
}

class Refused extends Error {
  readonly refusal: Refusal
  constructor(refusal: Refusal) {
    super(refusal)
    this.refusal = refusal
  }
}

const refuse = (refusal: Refusal): never => {
  throw new Refused(refusal)
}

interface Parts {
  readonly storage: TenantStorage
  readonly tenants: { put(tenant: Tenant): void }
  readonly now: () => Date
}

type Change = Parameters<typeof changeSettings>[2]

async function save({ storage, tenants }: Parts, slug: string, change: Change): Promise<Tenant | undefined> {
  const saved = await changeSettings(storage, slug, change)
  if (saved === undefined || saved === 'stale') return undefined
  tenants.put(saved)
  return saved
}

/**
 * Connects a super tenant with a target, for routes to follow. The target's row is written first: whatever breaks off in
 * between, a repeat goes on, and a disconnect takes it back. Neither may be a link of a chain; each row is checked in its own
 * save, so that two operators at once make none either.
 */
export async function connect(
  parts: Parts,
  source: { readonly slug: string; readonly name: string },
  target: string,
  audit?: Audit,
): Promise<Refusal | undefined> {
  if (source.slug === target) return 'itself'
  try {
    const to = { target, gone: await goneSuperTenant(parts, source.slug), audit }
    await checkSource(parts, source.slug, to)
    const gone = await goneSuperTenant(parts, target)
    if ((await save(parts, target, (current) => targetChange(current, { ...source, audit }, gone))) === undefined)
      return 'missing'
    const connected = await save(parts, source.slug, (current) => sourceChange(parts, current, to))
    if (connected === undefined) return 'missing'
    return undefined
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return error.refusal
  }
}

/** Before anything is written; what comes between is seen by the save. */
async function checkSource(parts: Parts, slug: string, to: Wanted): Promise<void> {
  await changeSettings(parts.storage, slug, (current) => {
    checkConnections(current, to)
    return undefined
  })
}

interface Wanted {
  readonly target: string
  /** A super tenant that is no more, and that the tenant that connects still names as its own. */
  readonly gone: string | undefined
  readonly audit: Audit | undefined
}

function checkConnections({ superTenant, connections }: TenantSettings, { target, gone }: Pick<Wanted, 'target' | 'gone'>): void {
  if (superTenant !== null && superTenant.slug !== gone) refuse('source is a target')
  const held = connections.find(({ tenant }) => tenant === target)
  if (held?.state === 'ending') refuse('ending')
  if (held === undefined && connections.length >= MAX_CONNECTIONS) refuse('too many')
}

/** A super tenant that was deleted after half a connection was made: it has no row from which to disconnect, and no copies. */
async function goneSuperTenant({ storage }: Parts, of: string): Promise<string | undefined> {
  const slug = (await readTenant(storage, of))?.settings.superTenant?.slug
  return slug !== undefined && (await readEntry(storage, slug)) === undefined ? slug : undefined
}

function targetChange(
  current: TenantSettings,
  source: { readonly slug: string; readonly name: string; readonly audit: Audit | undefined },
  gone: string | undefined,
) {
  if (current.connections.length > 0) return refuse('target is a source')
  if (current.superTenant?.slug === source.slug) return undefined
  if (current.superTenant !== null && current.superTenant.slug !== gone) return refuse('target has another')
  return {
    superTenant: { slug: source.slug, name: source.name },
    inheritsRoles: isDeepStrictEqual(current.policy, current.firstPolicy),
    beside: () => recorded(source.audit, { subject: source.slug, label: source.name, after: { superTenant: source.slug } }),
  }
}

function sourceChange({ now }: Parts, current: TenantSettings, to: Wanted) {
  const { target, audit } = to
  checkConnections(current, to)
  if (current.connections.some(({ tenant }) => tenant === target)) return undefined
  return {
    ...(current.superTenant !== null && OWN),
    connections: [...current.connections, { tenant: target, state: 'live' as const }],
    beside: () => [command(now()), ...recorded(audit, { subject: target, after: { routesTo: target } })],
  }
}

/**
 * Ends a connection: its routes go now, and the consumer lets every copy leave, then both rows forget each other. Also of a
 * connection that was made by half. False when there is none.
 */
export async function disconnect(
  parts: Parts,
  source: Tenant,
  target: { readonly slug: string; readonly tenant: Tenant | undefined },
  audit?: Audit,
): Promise<boolean> {
  const isHere = source.settings.connections.some(({ tenant }) => tenant === target.slug)
  if (!isHere) {
    if (target.tenant?.settings.superTenant?.slug !== source.slug) return false
    await forgetSuperTenant(parts, { source: source.slug, target: target.slug }, audit)
    return true
  }
  await save(parts, source.slug, ({ connections, routing }) => {
    if (!connections.some(({ tenant, state }) => tenant === target.slug && state === 'live')) return undefined
    const ended = routing.routes.filter(({ tenant }) => tenant === target.slug)
    return {
      connections: connections.map((one) => (one.tenant === target.slug ? { ...one, state: 'ending' as const } : one)),
      routing: { ...routing, routes: routing.routes.filter(({ tenant }) => tenant !== target.slug) },
      beside: (version: number) => [
        noteFor(parts.now(), 'routes.saved', { id: 'routes', body: { version, ended: target.slug } }),
        ...recorded(audit, { subject: target.slug, before: { routesTo: target.slug, routes: ended } }),
      ],
    }
  })
  return true
}

const OWN = { superTenant: null, inheritsRoles: false } as const

/** The target is its own again; attributes that copies brought along stay known, since people have values of them. */
export async function forgetSuperTenant(
  parts: Parts,
  { source, target }: { readonly source: string; readonly target: string },
  audit?: Audit,
): Promise<void> {
  const records = () => recorded(audit, { subject: source, before: { superTenant: source } })
  await save(parts, target, ({ superTenant }) => (superTenant?.slug === source ? { ...OWN, beside: records } : undefined))
}

/** Takes connections out of the super tenant's settings, and with them routes that are left. */
export async function dropConnections(parts: Parts, source: string, targets: readonly string[]): Promise<Tenant | undefined> {
  return save(parts, source, ({ connections, routing }) =>
    connections.some(({ tenant }) => targets.includes(tenant))
      ? {
          connections: connections.filter(({ tenant }) => !targets.includes(tenant)),
          routing: { ...routing, routes: routing.routes.filter(({ tenant }) => !targets.includes(tenant)) },
        }
      : undefined,
  )
}
