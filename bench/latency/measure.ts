import { setTimeout as pause } from 'node:timers/promises'
import type { World } from '../service/world'
import type { Receiver } from './receiver'

/** Who was not told by then counts as told then. */
const MAX_WAIT_MS = 60_000
const UNDER_LOAD = 20
const WRITERS = 6
const BURST = 50
/** Until the first roles are announced and the follower rests. */
const SETTLE_MS = 8_000

/** Times from the request of a disable until the receiver has its message, in milliseconds. */
export type Times = readonly (readonly [name: string, times: readonly number[]])[]

interface Tenant {
  readonly slug: string
  readonly ids: readonly string[]
}

/** Everything of one build, one after the other. */
export async function measureBuild(world: World, receiver: Receiver, rounds: number): Promise<Times> {
  const busy = await newTenant(world, receiver, 'busy')
  const other = await newTenant(world, receiver, 'other')
  await pause(SETTLE_MS)
  const disables: number[] = []
  const restores: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const id = busy.ids[round % busy.ids.length] ?? ''
    disables.push(await change(world, receiver, { slug: 'busy', id, active: false }))
    await pause((round % 12) * 250) // at every phase of the follower: while it works, and while it rests
    restores.push(await change(world, receiver, { slug: 'busy', id, active: true }))
  }
  const bursts: number[] = []
  for (let from = 0; from < Math.max(rounds, BURST); from += BURST) {
    bursts.push(...(await all(world, receiver, { slug: 'busy', ids: busy.ids.slice(0, BURST), active: false })))
    await all(world, receiver, { slug: 'busy', ids: busy.ids.slice(0, BURST), active: true })
  }
  const measured = Math.min(rounds, UNDER_LOAD)
  const load = startWriters(world, { slug: 'busy', ids: busy.ids.slice(100) })
  const same = await inTurn(world, receiver, { slug: 'busy', ids: busy.ids.slice(0, measured) })
  const others = await inTurn(world, receiver, { slug: 'other', ids: other.ids.slice(0, measured) })
  const writes = await load.stop()
  return [
    ['disable, one at a time', disables],
    ['restore, one at a time', restores],
    [`disable, ${String(BURST)} at the same moment`, bursts],
    [`disable, beside ${String(WRITERS)} writers of the tenant (${String(Math.round(writes))} PATCH/s)`, same],
    [`disable in another tenant beside them`, others],
  ]
}

async function newTenant(world: World, receiver: Receiver, slug: string): Promise<Tenant> {
  const make = world.make(slug)
  const ids: string[] = []
  while (ids.length < 200) {
    const some = Array.from({ length: 8 }, (_, i) => `person${String(ids.length + i)}@contoso.example`)
    const made = await Promise.all(some.map((userName) => make('POST', '/Users', { userName, active: true })))
    ids.push(...made.map(({ id }) => String(id)))
  }
  await world.manage('POST', `/tenants/${slug}/webhooks`, { url: receiver.url, events: ['role.changed'] })
  return { slug, ids }
}

interface Change {
  readonly slug: string
  readonly id: string
  readonly active: boolean
}

const patchOf = (path: string, value: unknown) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: [{ op: 'replace', path, value }],
})

/** From the request on, not from its answer. */
async function change(world: World, receiver: Receiver, { slug, id, active }: Change): Promise<number> {
  const told = receiver.told(id, !active)
  const started = performance.now()
  await world.make(slug)('PATCH', `/Users/${id}`, patchOf('active', active))
  const at = await Promise.race([told, pause(MAX_WAIT_MS, undefined, { ref: false })])
  return at === undefined ? MAX_WAIT_MS : at - started
}

const all = (world: World, receiver: Receiver, { ids, ...rest }: { slug: string; ids: readonly string[]; active: boolean }) =>
  Promise.all(ids.map((id) => change(world, receiver, { ...rest, id })))

async function inTurn(world: World, receiver: Receiver, { slug, ids }: Tenant): Promise<number[]> {
  const times: number[] = []
  for (const id of ids) {
    times.push(await change(world, receiver, { slug, id, active: false }))
    await pause(Math.random() * 300)
  }
  return times
}

/** Six clients that change one title after the other until they are told to stop; answers with their writes in a second. */
function startWriters(world: World, { slug, ids }: Tenant): { readonly stop: () => Promise<number> } {
  const headers = world.scim(slug)
  const client = world.server().client(MAX_WAIT_MS)
  const started = performance.now()
  let writes = 0
  let isOver = false
  const write = async (first: number) => {
    for (let i = first; !isOver; i += WRITERS) {
      const id = ids[i % ids.length] ?? ''
      const body = JSON.stringify(patchOf('title', `Title ${String(i)}`))
      const { status } = await client.send({ method: 'PATCH', path: `/scim/${slug}/Users/${id}`, headers, body })
      if (status !== 200) throw new Error(`A writer was answered ${String(status)}.`)
      writes += 1
    }
  }
  const writers = Promise.all(Array.from({ length: WRITERS }, (_, i) => write(i)))
  return {
    async stop() {
      isOver = true
      await writers
      return (writes * 1000) / (performance.now() - started)
    },
  }
}
