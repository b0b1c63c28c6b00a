import { randomUUID } from 'node:crypto'
import { bearer } from '../../dev/sign-in/token-source'
import { openClient } from '../../dev/simulator/client'
import { startLocalHost } from '../../dev/host/local-host'
import { createLedger, type Tally } from '../../dev/simulator/ledger'
import type { Value } from '../../dev/simulator/mapping'
import { addMembers, removeMembers } from '../../dev/simulator/members'
import { exchange, provision, update } from '../../dev/simulator/resources'
import { testConnection } from '../../dev/simulator/test-connection'
import {
  endpoint as collection,
  type Held,
  type HeldGroup,
  type HeldUser,
  type Linked,
  type World,
} from '../../dev/simulator/world'
import { users } from '../../functions/users'
import { readConfig } from '../../shared/config'
import { readBody } from '../../shared/directory/documents/record'
import { readCheckpoint } from '../../shared/feed/lease'
import { endpoint } from '../../shared/scim-api/endpoint'
import { resourceHandler } from '../../shared/scim-api/resource-handler'
import type { Reason } from '../../shared/roles/derive'
import { createServices, type Services } from '../../shared/app/services'
import { HEAD_KEY, outboxKey } from '../../shared/storage/keys'
import { prefixRange, type Table } from '../../shared/storage/table'
import { feedOf } from './check-table'
import { followed } from './followed'

export type EntraPerson = Linked<HeldUser>
export type EntraGroup = Linked<HeldGroup>

/** Entra ID as the simulator plays it, made to do one thing after the other. */
export interface Entra {
  /** Whether the job would start. */
  testConnection(): Promise<boolean>
  /** An account comes into scope: match by userName, then create it or bring it up to date. */
  person(userName: string, objectId?: string): Promise<EntraPerson>
  group(displayName: string, members: readonly EntraPerson[], objectId?: string): Promise<EntraGroup>
  join(group: EntraGroup, ...people: EntraPerson[]): Promise<void>
  leave(group: EntraGroup, ...people: EntraPerson[]): Promise<void>
  set(held: EntraPerson | EntraGroup, path: string, value: Value): Promise<void>
  remove(held: EntraPerson | EntraGroup): Promise<void>
  /** What it had to object so far. */
  tally(): Tally
  close(): void
}

export function playEntra(tenantUrl: string, token: string): Entra {
  const ledger = createLedger()
  const client = openClient({ tenantUrl, tokens: bearer(token), seed: 1, parallel: 4, timeoutMs: 60_000 }, ledger)
  const world: World = {
    family: 'legacy',
    seed: 1,
    parallel: 4,
    client,
    ledger,
    users: [],
    groups: [],
    patchesInUnchangedCycle: 0,
  }
  const idsOf = (people: readonly EntraPerson[]) => people.map(({ id }) => id)
  return {
    testConnection: () => testConnection(world),
    person: (userName, objectId = randomUUID()) =>
      provisioned(world, {
        kind: 'User',
        key: userName,
        values: valuesOf({ userName, active: true, displayName: userName, externalId: objectId }),
        id: undefined,
        plannedManager: undefined,
        managerId: undefined,
        managerGone: false,
      }),
    async group(displayName, members, objectId = randomUUID()) {
      const values = valuesOf({ displayName, externalId: objectId })
      const given = {
        kind: 'Group',
        key: displayName,
        values,
        id: undefined,
        plannedMembers: members,
        memberIds: new Set<string>(),
      }
      const group = await provisioned<HeldGroup>(world, { ...given, kind: 'Group' })
      if (members.length > 0) await addMembers(world, group, idsOf(members))
      return group
    },
    join: (group, ...people) => addMembers(world, group, idsOf(people)),
    leave: (group, ...people) => removeMembers(world, group, idsOf(people)),
    set: (held, path, value) => update(world, held, new Map([[path, value]])),
    async remove(held) {
      await exchange(world, { method: 'DELETE', path: `${collection(held.kind)}/${held.id}` })
    },
    tally: () => ledger.tally(),
    close: () => {
      client.close()
    },
  }
}

const valuesOf = (values: Readonly<Record<string, Value>>) => new Map(Object.entries(values))

async function provisioned<T extends Held>(world: World, held: T): Promise<Linked<T>> {
  await provision(world, held)
  const { id } = held
  if (id === undefined) throw new Error(`${held.key} was not provisioned.`)
  return Object.assign(held, { id })
}

export interface Instance {
  readonly origin: string
  readonly services: Services
  close(): Promise<void>
}

/**
 * One more instance of the service, which remembers tenants and tokens by itself. It serves people alone. Settings may be
 * overridden by name.
 */
export async function startInstance(settings: Readonly<Record<string, string>> = {}): Promise<Instance> {
  const services = createServices(readConfig({ ...process.env, ...settings }))
  const handler = endpoint(() => services.edge, resourceHandler('User'))
  const host = await startLocalHost({ http: [{ ...users, handler }], timers: [] }, { port: 0 })
  return { origin: `http://localhost:${host.port}`, services, close: () => host.close().then(() => services.end()) }
}

/** A record role.changed. */
export interface RoleChange {
  readonly id: string
  /** Undefined for somebody new. */
  readonly before: string | undefined
  readonly after: string
  readonly reason: Reason
}

/** Tells the role.changed records that came since it was asked last, after the readers have done everything there was. */
export function roleChanges(services: Services, slug: string, table: Table): () => Promise<RoleChange[]> {
  let seen = 0
  return async () => {
    const deadline = performance.now() + 20_000
    do {
      if (performance.now() > deadline) throw new Error('The reader of roles has not caught up within 20 s.')
      await followed(services, slug)
    } while (!(await isCaughtUp(table)))
    const records = await feedOf(table)
    const fresh = records.slice(seen).filter(({ values }) => values['type'] === 'role.changed')
    seen = records.length
    return fresh.map((record) => {
      const { before, after, reason } = readBody(record)
      return { id: String(record.values['id']), before, after, reason } as unknown as RoleChange
    })
  }
}

/** In this order: what the reader leaves lies in the outbox before its place says that it is done. */
async function isCaughtUp(table: Table): Promise<boolean> {
  const place = await readCheckpoint(table, 'roles')
  const head = await table.get(HEAD_KEY)
  if (place === undefined || place['sweep'] !== undefined || place.offset !== Number(head?.values['seq'] ?? 0)) return false
  const outbox = await table.all({ from: outboxKey('0'), before: prefixRange('p').before }, { limit: 1 })
  return outbox.length === 0
}
