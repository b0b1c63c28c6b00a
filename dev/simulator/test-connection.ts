import { randomUUID } from 'node:crypto'
import { objects, own, text } from './json'
import { accepted, example, listed } from './judge'
import { equals, exchange, find, matchingPath } from './resources'
import { endpoint } from './world'
import type { World } from './world'

/** A filter by a random GUID: 200 and an empty list (entra 1.1). False when Entra would stop the job. */
async function probe(world: World, kind: 'User' | 'Group'): Promise<boolean> {
  const found = await find(world, kind, equals(matchingPath(kind), randomUUID()))
  if (found === undefined) return false
  if (found.resources.length > 0) world.ledger.object('probe-found-something', example(found.done))
  return true
}

/** What Test Connection sends, and every later activity at its start. False when Entra would stop the job. */
export async function testConnection(world: World): Promise<boolean> {
  return (await probe(world, 'User')) && (await probe(world, 'Group'))
}

/** Discovery (entra 4.4): not read by a custom application's cycles, but by the validator and by newer Entra features. */
export async function discovery(world: World): Promise<void> {
  const configuration = await exchange(world, { method: 'GET', path: '/ServiceProviderConfig' })
  if (configuration !== undefined) {
    const patch = own(own(configuration.answer.body, 'patch'), 'supported')
    if (configuration.answer.status !== 200 || patch !== true) world.ledger.object('discovery-wrong', example(configuration))
  }
  for (const path of ['/ResourceTypes', '/Schemas']) {
    const done = await exchange(world, { method: 'GET', path })
    if (done === undefined) continue
    const names =
      done.answer.status === 200 ? objects(own(done.answer.body, 'Resources')).map((item) => text(own(item, 'name'))) : []
    if (!names.includes('User') || !names.includes('Group')) world.ledger.object('discovery-wrong', example(done))
  }
}

/** A page read by startIndex and count, judged as a list; undefined when it was not answered. */
export async function page(world: World, kind: 'User' | 'Group', startIndex: number, count: number) {
  const excluded = kind === 'Group' ? ([['excludedAttributes', 'members']] as const) : []
  const query = [['startIndex', String(startIndex)], ['count', String(count)], ...excluded] as const
  const done = await exchange(world, { method: 'GET', path: endpoint(kind), query })
  if (done === undefined || !accepted(world.ledger, done, [200])) return undefined
  return { done, resources: listed(world.ledger, done) }
}
