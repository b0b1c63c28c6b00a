import { connectTables } from '../../storage/connect'
import { createMeter } from '../../storage/meter'
import type { Table } from '../../storage/table'
import { addLink, clearLinks, heldLink, listLinks, liveLink, revokeLink, type NewLink } from './link-rows'

const tables = connectTables({ connectionString: process.env['TEST_TABLES_CONNECTION_STRING'] ?? '' })
const START = Date.parse('2026-11-22T08:00:00.000Z')
const DAY = 24 * 60 * 60_000

let made = 0
async function newTable(): Promise<Table> {
  made += 1
  const name = `links${process.pid}x${made}`
  await tables.create(name)
  return tables.open(name, createMeter())
}

const idOf = (number: number) => String(number).padStart(32, '0')
const link = (number: number, more: Partial<NewLink> = {}): NewLink => ({
  id: idOf(number),
  role: 'admin',
  label: 'Contoso IT',
  by: 'Olga Operator',
  parent: undefined,
  createdAt: START + number,
  expiresAt: START + 14 * DAY,
  singleUse: false,
  digest: 'd'.repeat(64),
  ...more,
})

test('a link is found as it was added, until it expires', async () => {
  const table = await newTable()
  await addLink(table, link(1))
  const { digest, ...facts } = link(1)
  const unused = { ...facts, revokedAt: undefined, uses: 0, lastUsedAt: undefined }
  expect(await liveLink(table, idOf(1), START + 14 * DAY - 1)).toEqual(unused)
  expect(await heldLink(table, idOf(1))).toMatchObject({ ...unused, digest, sessions: [] })
  expect(await liveLink(table, idOf(1), START + 14 * DAY)).toBeUndefined()
  expect(await liveLink(table, idOf(2), START)).toBeUndefined()
  expect(await liveLink(table, "x' or 1", START)).toBeUndefined()
})

test('links made one with the other end together, more than one transaction holds', async () => {
  const table = await newTable()
  await addLink(table, link(0))
  await addLink(table, link(1))
  for (let i = 2; i < 130; i += 1) expect(await addLink(table, link(i, { parent: idOf(i < 110 ? 1 : i - 1) }))).toBe(true)
  expect(await revokeLink(table, { id: idOf(1), now: START + DAY })).toBe(true)
  const live = (await listLinks(table)).filter(({ revokedAt }) => revokedAt === undefined)
  expect(live.map(({ id }) => id)).toEqual([idOf(0)])
})

test('however making and revoking meet, nothing survives the link that it was made with', async () => {
  const table = await newTable()
  await addLink(table, link(1))
  const children = Array.from({ length: 12 }, (_, i) => addLink(table, link(i + 2, { parent: idOf(1) })))
  await Promise.all([...children, revokeLink(table, { id: idOf(1), now: START + DAY })])
  expect((await listLinks(table)).filter(({ revokedAt }) => revokedAt === undefined)).toEqual([])
  expect(await addLink(table, link(99, { parent: idOf(1) }))).toBe(false)
})

test('a link that is not there cannot be revoked, and one that expired makes no other', async () => {
  const table = await newTable()
  await addLink(table, link(1, { expiresAt: START + 5 }))
  expect(await revokeLink(table, { id: idOf(2), now: START })).toBe(false)
  expect(await addLink(table, link(6, { parent: idOf(1) }))).toBe(false)
})

test('links that ended 90 days ago are forgotten, others are not', async () => {
  const table = await newTable()
  await addLink(table, link(1))
  await addLink(table, link(2, { expiresAt: START + 200 * DAY }))
  await addLink(table, link(3, { expiresAt: START + 200 * DAY }))
  await revokeLink(table, { id: idOf(3), now: START })
  await clearLinks(table, START + 90 * DAY)
  expect(await listLinks(table)).toHaveLength(3)
  await clearLinks(table, START + 105 * DAY)
  expect((await listLinks(table)).map(({ id }) => id)).toEqual([idOf(2)])
})
