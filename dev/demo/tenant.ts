import { inParallel } from '../simulator/world'
import { FAILING, type DemoTenant } from './customers'
import {
  addMembers,
  administer,
  changeWork,
  CONNECTIONS,
  disable,
  idOf,
  probe,
  provision,
  provisionPerson,
  sender,
  type Ids,
  type Send,
} from './fill'
import { atFirst, changesByDay, type Changes } from './fortnight'
import { nameOf } from './customer'
import { openProduct, type Product } from './product'
import type { Stage } from './stage'
import { LOCKED, tellStory, WITH_ANOTHER_ROLE } from './story'

/** A customer that is connected. */
export interface Connected {
  /** The cycle of that day, with its changes; resolves when the roles that follow from it were told. */
  readonly cycle: (day: number) => Promise<void>
  /** A cycle without changes. */
  readonly visit: () => Promise<void>
  /** The cycle of today. */
  readonly tell: () => Promise<void>
}

/** The failing tenant's token ended yesterday. */
const ENDED_AFTER_DAYS = 13
const YEAR_DAYS = 365

/** Makes the tenant, connects its directory, and gives everybody a role. */
export async function connect(stage: Stage, tenant: DemoTenant, onPerson: () => void): Promise<Connected> {
  const { slug } = tenant
  const operator = await stage.operator()
  const manage: Send = (method, path, body) => operator(method, `/tenants/${slug}${path}`, body)
  await operator('POST', '/tenants', { slug, name: tenant.name })
  const days = slug === FAILING ? ENDED_AFTER_DAYS : YEAR_DAYS
  const { value: token } = await manage('POST', '/tokens', { label: 'Entra ID', days })
  const scim = sender(`${stage.origin}/scim/${slug}`, String(token))
  const { value: key } = await manage('POST', '/product-keys', { label: 'Demo', scopes: ['people:read', 'changes:read'] })
  const product = openProduct(stage.origin, slug, String(key))
  await manage('PATCH', '', { paused: true }) // so that nobody is told a role before there are rules
  const customer = atFirst(tenant)
  const ids = await provision(scim, customer, onPerson)
  await administer(manage, customer, ids)
  await manage('PATCH', '', { paused: false })
  await product.rolesTold(customer.people.map((one) => idOf(ids, nameOf(one))))
  const changes = changesByDay(tenant)
  const world = { scim, ids, product, customer: tenant.customer }
  return {
    cycle: (day) => runCycle(world, changes[day]),
    visit: async () => {
      await (slug === FAILING ? turnedAway(scim) : probe(scim))
    },
    tell: async () => {
      await probe(scim)
      const now = await stage.operator()
      await now('PUT', `/tenants/${slug}/people/${idOf(ids, LOCKED)}/lock`, {})
      await tellStory(scim, ids)
      await product.rolesTold(WITH_ANOTHER_ROLE.map((name) => idOf(ids, name)))
    },
  }
}

interface World {
  readonly scim: Send
  readonly ids: Ids
  readonly product: Product
  readonly customer: DemoTenant['customer']
}

/** Who leaves comes last, and so does their role. */
async function runCycle({ scim, ids, product, customer }: World, changes: Changes | undefined): Promise<void> {
  await probe(scim)
  if (changes === undefined) return
  const { joiners, moves, grants, leavers } = changes
  const add = ({ group, name }: Changes['grants'][number]) => addMembers(scim, ids, { group, members: [name] })
  for (const one of joiners) await provisionPerson(scim, { customer, ids }, one) // one may be the manager of the next
  const memberships = joiners.flatMap((one) => one.groups.map((group) => ({ group, name: nameOf(one) })))
  await inParallel([...memberships, ...grants], CONNECTIONS, add)
  await inParallel(moves, CONNECTIONS, (move) => changeWork(scim, ids, move))
  await inParallel(leavers, CONNECTIONS, (name) => disable(scim, ids, name))
  await product.rolesTold([...joiners.map(nameOf), ...leavers].map((name) => idOf(ids, name)))
}

/** @throws Error when the token still opens the tenant */
async function turnedAway(scim: Send): Promise<void> {
  const refusal = await probe(scim).then(() => 'nothing', String)
  if (!refusal.includes('was answered 401')) throw new Error(`A token that has ended was refused with ${refusal}.`)
}
