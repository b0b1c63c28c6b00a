import { readDocument } from '../../shared/directory/documents/document'
import { textOf } from '../../shared/access/person-view'
import { dueKey, lastPart, consumerKey } from '../../shared/storage/keys'
import type { Action, Row } from '../../shared/storage/table'
import { customerOf, type Customer } from './customer'
import type { ManagedService } from './manage'
import type { Answer } from './service'

/** A super tenant with its targets. */
export interface TestSuperTenant {
  readonly source: Customer
  readonly targets: readonly Customer[]
  /** Saves routes under the present version: pairs of group id and target. */
  readonly route: (
    routes: readonly (readonly [group: string, target: Customer])[],
    onLeave?: 'disable' | 'delete',
  ) => Promise<Answer>
  /** Waits until every record of the super tenant is in all copies. */
  readonly settled: () => Promise<void>
}

/** @param indexes of tenants that no other test uses, the super tenant's first */
export async function superTenantOf(service: ManagedService, ...indexes: number[]): Promise<TestSuperTenant> {
  const [source, ...targets] = await Promise.all(indexes.map((index) => customerOf(service, index)))
  if (source === undefined) throw new Error('A super tenant is needed.')
  for (const { tenant } of targets) {
    const { status } = await service.operator('PUT', `${source.path}/connections/${tenant.slug}`, {})
    if (status !== 200) throw new Error(`Connecting answered ${status}.`)
  }
  return {
    source,
    targets,
    route: async (routes, onLeave = 'disable') => {
      const { version } = (await source.admin('GET', `${source.path}/routes`)).body
      return source.admin('PUT', `${source.path}/routes`, {
        version,
        onLeave,
        routes: routes.map(([groupId, { tenant }]) => ({ groupId, tenant: tenant.slug })),
      })
    },
    settled: () => settledRoutes(source),
  }
}

/** Of a machine that has other work: 500 people are copied within seconds on a quiet one. */
const SETTLED_WITHIN_MS = 300_000

/** Waits until the outbox is empty and the consumer of routes is through the feed, with nothing asked of it beside. */
export async function settledRoutes({ tenant }: Pick<Customer, 'tenant'>): Promise<void> {
  const deadline = Date.now() + SETTLED_WITHIN_MS
  for (;;) {
    const table = tenant.table()
    // One after the other: a head that was read before the last record got its number would be one that the consumer has reached.
    const outbox = await table.all({ from: 'p!0', before: 'p"' }, { limit: 1 })
    const head = await table.get('p!')
    const [consumer, ...asked] = await table.all({ from: 'l!routes', before: 'l!routes"' })
    const isDone = consumer?.values['sweep'] === undefined && consumer?.values['offset'] === head?.values['seq']
    if (outbox.length + asked.length === 0 && isDone && consumer !== undefined) return
    if (Date.now() > deadline) throw new Error(`The consumer of routes has not finished within ${SETTLED_WITHIN_MS / 1000} s.`)
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}

/** Everybody in a tenant by userName, with what is kept beside. */
export async function peopleIn({ tenant }: Customer) {
  const rows = await tenant.table().all({ from: 'u!', before: 'u"' })
  const documents = rows.flatMap((row) => readDocument(row) ?? [])
  return new Map(documents.map((document) => [textOf(document.attributes, 'userName') ?? '', document]))
}

/** The userNames of the members of each group, by its name. */
export async function membersIn(customer: Customer): Promise<Record<string, string[]>> {
  const table = customer.tenant.table()
  const [groups, memberships, people] = await Promise.all([
    table.all({ from: 'g!', before: 'g"' }),
    table.all({ from: 'm!', before: 'm"' }),
    peopleIn(customer),
  ])
  const names = new Map([...people].map(([userName, { id }]) => [id, userName]))
  const documents = groups.flatMap((row) => readDocument(row) ?? [])
  for (const { id, attributes } of documents) names.set(id, textOf(attributes, 'displayName') ?? '')
  return Object.fromEntries(
    documents.map(({ id, attributes }) => [
      textOf(attributes, 'displayName') ?? '',
      memberships
        .filter(({ key }) => key.startsWith(`m!${id}!`))
        .map(({ key }) => names.get(lastPart(key)) ?? '?')
        .sort(),
    ]),
  )
}

/** What is to be tried again, by key: targets, people and groups in them, erasures; not the order in which they are due. */
export async function waitingIn({ tenant }: Pick<Customer, 'tenant'>): Promise<Row[]> {
  const rows = await tenant.table().all({ from: 'y!', before: 'y"' })
  return rows.filter(({ key }) => !key.startsWith('y!d!'))
}

/** As if the pauses of all that is to be tried again were over. */
export async function comeDue(customer: Pick<Customer, 'tenant'>): Promise<void> {
  const table = customer.tenant.table()
  await until(
    () => table.get(consumerKey('routes')),
    (row) => Date.parse(String(row?.values['until'])) <= Date.now(), // nobody holds it
  )
  const waiting = (await waitingIn(customer)).filter(({ key }) => !key.startsWith('y!e!'))
  const due = { values: { due: 1 }, etag: '*' }
  await table.commit([
    { type: 'merge', key: consumerKey('routes'), ...due },
    ...waiting.map(({ key }): Action => ({ type: 'merge', key, ...due })),
    ...waiting.flatMap(({ key }): Action[] => {
      const [, kind, target = '', id = ''] = key.split('!')
      return kind === 'n' ? [{ type: 'upsert', key: dueKey(1, target, id), values: {} }] : []
    }),
  ])
}

/** Asks until the answer is as wished; what it is at last when the time is up. */
export async function until<T>(ask: () => Promise<T>, isWished: (answer: T) => boolean, maxMs = 30_000): Promise<T> {
  const deadline = Date.now() + maxMs
  for (;;) {
    const answer = await ask()
    if (isWished(answer) || Date.now() > deadline) return answer
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}
