import { newWork } from '../../shared/scim/work'
import { tablesOver } from '../../shared/storage/connect'
import { createMeter } from '../../shared/storage/meter'
import { savePolicy } from '../../shared/access/save-policy'
import { createEndpoint } from '../../shared/webhooks/endpoints'
import { readTenant, type TenantStorage } from '../../shared/tenants/registry'
import { createTenant } from '../../shared/tenants/lifecycle'
import type { Tenant } from '../../shared/tenants/tenant'
import { testKeys } from '../support/keys'
import { randomFrom } from '../support/random'
import { createGroup, type Wire } from './directory-client'
import { INVARIANTS, type Ended } from './invariants'
import { newFleet, type Fleet } from './fleet'
import { newReceiver, type Receiver } from './receiver'
import type { Evaluate } from './sandbox'
import { newScheduler, type Scheduler } from './scheduler'
import { newAccount, type Account } from './store/account'
import { newClient } from './store/client'
import { runStory } from './story'

const BEGIN_MS = Date.UTC(2026, 0, 5, 8)
const SLUG = 'contoso'
const ENDPOINT_ID = 'e'.repeat(32)
const MAX_ROUNDS = 12

export interface Outcome {
  readonly seed: number
  /** What broke which rule; empty when all is well. */
  readonly violations: readonly string[]
  /** Every storage call with what became of it, and what was asked and logged, each with its time. */
  readonly trace: readonly string[]
  /** How often an instance was killed at which point of which storage call. */
  readonly kills: ReadonlyMap<string, number>
  readonly calls: ReadonlyMap<string, number>
}

/** One run, which follows from the seed and the code alone. */
export async function runWorld(service: Evaluate, seed: number): Promise<Outcome> {
  const random = randomFrom(Math.imul(seed + 1, 0x9e3779b1)) // seeds that follow each other begin apart
  const scheduler = newScheduler(random, BEGIN_MS)
  const account = newAccount({ nowMs: scheduler.nowMs, random })
  const trace: string[] = []
  const told = (line: string) => void trace.push(`${((scheduler.nowMs() - BEGIN_MS) / 1000).toFixed(3)} ${line}`)
  const violations: string[] = []
  const receiver = newReceiver(scheduler, () => (fleet.isCalm() ? 0 : 0.15))
  const fleet = newFleet({ scheduler, account, service, told, send: receiver.send, slug: SLUG })
  const wire = fleet.wire((what) => {
    told(`VIOLATION ${what}`)
    violations.push(what)
  })
  const run = async () => {
    const { tenant, storage, groups } = await begin(account, wire, scheduler)
    fleet.storm()
    const people = await runStory(wire, groups, () => switchRule(storage, groups[0] ?? '', scheduler))
    const isQuiet = await calm(fleet, receiver)
    const policy = (await readTenant(storage, SLUG))?.settings.policy ?? tenant.settings.policy
    const { deliveries } = receiver
    const ended = { ...contextOf(account, tenant), policy, people, groups, deliveries, isQuiet }
    for (const [name, invariant] of Object.entries(INVARIANTS))
      violations.push(...(await invariant(ended)).map((what) => `${name}: ${what}`))
  }
  try {
    await scheduler.until(run())
  } catch (error) {
    violations.push(`the run broke off: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  }
  return { seed, violations, trace, kills: fleet.kills, calls: fleet.calls }
}

/** Tables reached without faults and without time. */
function quickTables(account: Account) {
  const link = { travel: () => Promise.resolve(), wait: () => Promise.resolve(), random: () => 0.5 }
  // Whoever looks from outside uses up nothing of the rates.
  const unmetered = { ...account, spend: () => undefined }
  return tablesOver((table) => newClient({ account: unmetered, link, trouble: () => undefined }, table))
}

function contextOf(account: Account, tenant: Tenant): Pick<Ended, 'context' | 'table'> {
  const table = quickTables(account).open(tenant.table, createMeter())
  const { types, matching } = tenant.settings
  return { table, context: { table, types, now: () => new Date(0), work: newWork(), tenant: SLUG, keys: testKeys, matching } }
}

/** A tenant with two groups, a rule for the first one, and a webhook for everything. */
async function begin(account: Account, wire: Wire, { nowMs }: Scheduler) {
  const tables = quickTables(account)
  const storage: TenantStorage = {
    list: () => tables.open('tenants', createMeter()),
    open: (table) => tables.open(table, createMeter()),
    create: (table) => tables.create(table),
    drop: (table) => tables.drop(table),
  }
  const created = new Date(nowMs()).toISOString()
  await createTenant(storage, { slug: SLUG, name: 'Contoso', time: created })
  const tenant = await readTenant(storage, SLUG)
  if (tenant === undefined) throw new Error('The tenant was not made.')
  await createEndpoint(storage.open(tenant.table), {
    id: ENDPOINT_ID,
    url: 'http://localhost:9/hook',
    label: 'product',
    events: ['*'],
    state: 'active',
    isGone: false,
    created,
    by: 'the world',
    owner: 'operator',
    begin: 0,
    secrets: [{ number: 1, key: 'local', created }],
    commands: {},
  })
  const groups = [await createGroup(wire, 'Editors'), await createGroup(wire, 'Everybody')]
  return { tenant, storage, groups }
}

/** An administrator saves the rule for the first group, or takes it back. */
async function switchRule(storage: TenantStorage, groupId: string, { nowMs }: Scheduler): Promise<void> {
  const tenants = { put: () => undefined } as unknown as Parameters<typeof savePolicy>[0]['tenants']
  await savePolicy({ storage, tenants, now: () => new Date(nowMs()) }, SLUG, {
    by: 'the world',
    policy: ({ policy }) => {
      const role = policy.roles.find((name) => name !== policy.defaultRole) ?? policy.defaultRole
      const rule = { kind: 'group', id: 'editors', role, groupId, groupName: 'Editors' } as const
      return { ...policy, rules: policy.rules.length > 0 ? [] : [rule] }
    },
  })
}

/** Faults end; the timer comes by until nothing is left to be done. */
async function calm(fleet: Fleet, { deliveries }: Receiver): Promise<boolean> {
  fleet.calm()
  for (let round = 0, seen = -1; round < MAX_ROUNDS; round += 1) {
    await fleet.round()
    if (round > 3 && seen === deliveries.length) return true
    seen = deliveries.length
  }
  return false
}
