import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { RIGHTS } from '../shared/api/actor'
import { createServices } from '../shared/app/services'
import { readConfig } from '../shared/config'
import type { Operation } from '../shared/api/operation'
import { linkOf, startManaged, type Manage, type ManagedService } from './support/manage'
import { productOf } from './support/product'

/** Every operation of the management API, asked by every kind of actor. */

let service: ManagedService
beforeAll(async () => {
  service = await startManaged()
})
afterAll(() => service.close())

const KINDS = ['operator admin', 'operator reader', 'link admin', 'link reader'] as const
type Right = keyof typeof RIGHTS

async function operations(): Promise<readonly Operation[]> {
  const services = createServices(readConfig())
  const all = await services.management.operations()
  await services.end()
  // What ends the session of whoever asks comes last.
  return all.toSorted((a, b) => Number(a.id === 'endSession') - Number(b.id === 'endSession'))
}

/** Names nothing that is there but the tenant, and sends nothing that could be stored. */
function ask(send: Manage, { method, path }: Operation, tenant: string): ReturnType<Manage> {
  const address = path.replace('{tenant}', tenant).replaceAll(/\{\w+\}/g, '0'.repeat(32))
  return send(method, address, method === 'GET' || method === 'DELETE' ? undefined : { nothing: 'known' })
}

test('the docs give the same rights as the code', () => {
  const text = readFileSync(join(__dirname, '../docs/management.md'), 'utf8')
  const rows = /\| right \|.*\n\|[-|]+\|\n((?:\|.*\n)+)/.exec(text)?.[1]?.trim().split('\n') ?? []
  const said = rows.map((row) => {
    const [, , ...cells] = row.split('|').map((cell) => cell.trim())
    return KINDS.filter((_, index) => cells[index] !== 'no')
  })
  const rights: readonly Right[] = ['tenantReader', 'tenantAdmin', 'operatorReader', 'operatorAdmin']
  expect(said).toEqual(rights.map((right) => KINDS.filter((kind) => RIGHTS[right].includes(kind))))
})

test('every operation is open to those who have the right, and to nobody else', async () => {
  const [own, other] = [service.tenant(0), service.tenant(1)]
  for (const tenant of [own, other]) await tenant.send('GET', '/Users')
  const product = await productOf(service, own)
  const actors: Readonly<Record<(typeof KINDS)[number], Manage>> = {
    'operator admin': service.operator,
    'operator reader': service.reader,
    'link admin': await linkOf(service, own.slug),
    'link reader': await linkOf(service, own.slug, 'reader'),
  }
  const strangers = { nobody: service.as(undefined), 'a key of the product': service.as(product.key) }
  const foreign = await linkOf(service, other.slug)
  const all = await operations()
  expect(all.length).toBeGreaterThan(80)
  for (const operation of all) {
    const { id, access } = operation
    if (access === 'open') continue
    const wasRefused = async (send: Manage) => {
      const { status } = await ask(send, operation, own.slug)
      expect([id, status]).not.toEqual([id, 429]) // too many tell nothing of rights
      return [401, 403].includes(status)
    }
    for (const kind of KINDS) {
      const hasRight = RIGHTS[access as Right].includes(kind)
      expect([id, kind, await wasRefused(actors[kind])]).toEqual([id, kind, !hasRight])
    }
    for (const [name, send] of Object.entries(strangers)) {
      expect([id, name, (await ask(send, operation, own.slug)).status]).toEqual([id, name, 401])
    }
    if (operation.path.includes('{tenant}')) expect([id, (await ask(foreign, operation, own.slug)).status]).toEqual([id, 404])
  }
})
