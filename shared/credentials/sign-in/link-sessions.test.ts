import { startFaultProxy } from '../../../tests/support/fault-proxy'
import { connectTables } from '../../storage/connect'
import { createMeter } from '../../storage/meter'
import type { Table } from '../../storage/table'
import { addLink, heldLink, revokeLink, type NewLink } from './link-rows'
import { endSession, openSession, startSession } from './link-sessions'
import { linkName, newLink, newSession } from './setup-link'

const tables = connectTables({ connectionString: process.env['TEST_TABLES_CONNECTION_STRING'] ?? '' })
const NOW = Date.parse('2026-11-22T08:00:00.000Z')
const HOUR = 60 * 60_000
const contoso = { slug: 'contoso', generation: 2 }

let made = 0
const nameOf = (number: number) => `sessions${process.pid}x${number}`
async function newTable(): Promise<Table> {
  made += 1
  await tables.create(nameOf(made))
  return tables.open(nameOf(made), createMeter())
}

/** A table with one link, for three days unless told otherwise. */
async function withLink(more: Partial<NewLink> = {}): Promise<{ table: Table; id: string; text: string }> {
  const table = await newTable()
  const { id, text, digest } = newLink(contoso)
  const times = { createdAt: NOW, expiresAt: NOW + 72 * HOUR }
  const facts = { role: 'admin', label: 'Contoso IT', by: 'Olga Operator', parent: undefined, singleUse: false } as const
  await addLink(table, { ...facts, ...times, id, digest, ...more })
  return { table, id, text }
}

async function started(table: Table, text: string, now = NOW): Promise<string> {
  const session = await startSession(table, text, now)
  if (session === undefined) throw new Error('The link gave no session.')
  return session.token
}

const lastChanged = (text: string) => `${text.slice(0, -1)}${text.endsWith('A') ? 'B' : 'A'}`

test('a link gives a session for eight hours, which opens what the link opens; each use is counted', async () => {
  const { table, id, text } = await withLink()
  const session = await startSession(table, text, NOW)
  expect(session).toMatchObject({ link: { id, role: 'admin', label: 'Contoso IT' }, expiresAt: NOW + 8 * HOUR })
  const token = session?.token ?? ''
  expect(await openSession(table, token, NOW + 8 * HOUR - 1)).toMatchObject({ link: { id }, expiresAt: NOW + 8 * HOUR })
  expect(await openSession(table, token, NOW + 8 * HOUR)).toBeUndefined()
  await started(table, text, NOW + HOUR)
  expect(await heldLink(table, id)).toMatchObject({ uses: 2, lastUsedAt: NOW + HOUR })
})

test('nothing that is stored is the text of a link or a session', async () => {
  const { table, text } = await withLink()
  const token = await started(table, text)
  const rows = JSON.stringify(await table.all({ from: '!', before: '~' }))
  for (const secret of [text, token].map((one) => one.split('.').at(-1))) expect(rows).not.toContain(secret)
})

test('a session ends with its link, which may be earlier', async () => {
  const { table, id, text } = await withLink({ expiresAt: NOW + HOUR })
  const session = await startSession(table, text, NOW)
  expect(session?.expiresAt).toBe(NOW + HOUR)
  expect(await startSession(table, text, NOW + HOUR)).toBeUndefined()
  await revokeLink(table, { id, now: NOW + 1 })
  expect(await openSession(table, session?.token ?? '', NOW + 2)).toBeUndefined()
  expect(await startSession(table, text, NOW + 2)).toBeUndefined()
})

test('only the very text opens anything', async () => {
  const { table, id, text } = await withLink()
  const token = await started(table, text)
  const other = newLink(contoso)
  const links = [
    lastChanged(text),
    other.text,
    other.text.replace(other.id, id),
    text.replace('.2.', '.02.'),
    text.replace('contoso', 'contosa'),
    token,
    token.replace('rcs_', 'rcl_'),
  ]
  for (const link of links) expect([link, await startSession(table, link, NOW)]).toEqual([link, undefined])
  const sessions = [lastChanged(token), newSession({ ...contoso, linkId: id }).text, text, text.replace('rcl_', 'rcs_')]
  for (const session of sessions) expect([session, await openSession(table, session, NOW)]).toEqual([session, undefined])
  expect(await heldLink(table, id)).toMatchObject({ uses: 1 })
})

test('a row without a digest is opened by no text', async () => {
  const { table, text } = await withLink({ digest: '' })
  expect(await startSession(table, text, NOW)).toBeUndefined()
})

test('exchanges at once all count, and each has a session', async () => {
  const { table, id, text } = await withLink()
  const tokens = await Promise.all(Array.from({ length: 6 }, () => started(table, text)))
  expect(new Set(tokens).size).toBe(6)
  for (const token of tokens) expect(await openSession(table, token, NOW)).toBeDefined()
  expect(await heldLink(table, id)).toMatchObject({ uses: 6 })
})

test('of 21 sessions the oldest has ended', async () => {
  const { table, id, text } = await withLink()
  const tokens: string[] = []
  for (let i = 0; i < 21; i += 1) tokens.push(await started(table, text, NOW + i))
  const open = await Promise.all(tokens.map((token) => openSession(table, token, NOW + 30)))
  expect(open.map((session) => session !== undefined)).toEqual(tokens.map((_, i) => i > 0))
  expect(await heldLink(table, id)).toMatchObject({ uses: 21, sessions: { length: 20 } })
})

test('sessions that have expired leave the row with the next exchange', async () => {
  const { table, id, text } = await withLink()
  await started(table, text)
  await started(table, text, NOW + 8 * HOUR)
  expect((await heldLink(table, id))?.sessions).toHaveLength(1)
})

test('a link for one use gives one session, however many try at once', async () => {
  const { table, id, text } = await withLink({ singleUse: true })
  const outcomes = await Promise.all(Array.from({ length: 8 }, () => startSession(table, text, NOW)))
  const sessions = outcomes.filter((session) => session !== undefined)
  expect(sessions).toHaveLength(1)
  expect(await openSession(table, sessions[0]?.token ?? '', NOW)).toBeDefined()
  expect(await startSession(table, text, NOW + 24 * HOUR)).toBeUndefined()
  expect(await heldLink(table, id)).toMatchObject({ uses: 1, sessions: { length: 1 } })
})

test('an exchange whose answer from storage was lost knows its own session, and counts once', async () => {
  const { table, id, text } = await withLink({ singleUse: true })
  const proxy = await startFaultProxy(process.env['TEST_TABLES_CONNECTION_STRING'] ?? '')
  try {
    proxy.loseAnswer({ path: '$batch' })
    const throughProxy = connectTables({ connectionString: proxy.connectionString }).open(nameOf(made), createMeter())
    const token = await started(throughProxy, text)
    expect(await openSession(table, token, NOW)).toBeDefined()
    expect(await heldLink(table, id)).toMatchObject({ uses: 1 })
  } finally {
    await proxy.close()
  }
})

test('one session is ended while the others go on, also by two at once', async () => {
  const { table, text } = await withLink()
  const tokens = [await started(table, text), await started(table, text), await started(table, text)]
  const linkId = linkName(text)?.linkId ?? ''
  const ids = await Promise.all(tokens.map(async (token) => (await openSession(table, token, NOW))?.sessionId ?? ''))
  await Promise.all([
    endSession(table, { linkId, sessionId: ids[0] ?? '' }),
    endSession(table, { linkId, sessionId: ids[1] ?? '' }),
  ])
  await endSession(table, { linkId, sessionId: ids[0] ?? '' })
  const open = await Promise.all(tokens.map((token) => openSession(table, token, NOW)))
  expect(open.map((session) => session !== undefined)).toEqual([false, false, true])
  expect(await startSession(table, text, NOW)).toBeDefined()
})
