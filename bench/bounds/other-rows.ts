import type { World } from '../service/world'
import { numbers, type Row } from './row'

const KB = 1024
const BLANKS = ' '.repeat(64 * KB)
const MB = KB * KB
const STRANGERS = 2_000
/** A capture ends itself when it is full. */
const CAPTURE_ANEW = 40

/** Turns capture on, and empties it again and again. */
async function captureAnew(world: World, slug: string, i: number): Promise<void> {
  if (i % CAPTURE_ANEW !== 0) return
  if (i > 0) await world.manage('DELETE', `/tenants/${slug}/capture/requests`)
  await world.manage('PUT', `/tenants/${slug}/capture`, { minutes: 60 })
}

const importing =
  (type: string, text: () => string): Row['prepare'] =>
  async (world, slug) => {
    await world.make(slug)('POST', '/Users', { userName: 'u1' })
    const headers = { ...(await world.link(slug)), 'content-type': type }
    const body = Buffer.from(text())
    const path = `/api/manage/tenants/${slug}/equipment/import`
    return { requests: () => [{ method: 'POST', path, headers, body }], pauseMs: 60 }
  }

/** Entries until the whole is nearly that large. */
const filled = (bytes: number, entry: (i: number) => string) =>
  numbers(Math.floor((bytes - 200) / entry(999_999).length)).map(entry)

const csvOf = (bytes: number) => ['assetTag,assignee\n', ...filled(bytes, (i) => `tag${i},u1\n`)].join('')
const jsonOf = (bytes: number) =>
  `[${filled(bytes, (i) => `{"assetTag":"tag${i}","assignee":"u1"},`)
    .join('')
    .slice(0, -1)}]`

export const otherRows: readonly Row[] = [
  {
    key: '3a',
    name: 'POST of 64 KB white space, captured',
    async prepare(world, slug) {
      await world.make(slug)('GET', '/Users')
      return {
        requests: () => [{ method: 'POST', path: `/scim/${slug}/Users`, headers: world.scim(slug), body: BLANKS }],
        before: (i) => captureAnew(world, slug, i),
      }
    },
  },
  {
    key: '3b',
    name: 'GET of a person, displayName of 64 KB blanks, captured',
    async prepare(world, slug) {
      const { id } = await world.make(slug)('POST', '/Users', { userName: 'u', displayName: BLANKS })
      return {
        requests: () => [{ method: 'GET', path: `/scim/${slug}/Users/${String(id)}`, headers: world.scim(slug) }],
        before: (i) => captureAnew(world, slug, i),
      }
    },
  },
  { key: '6a', name: 'import, CSV of 5 MB', prepare: importing('text/csv', () => csvOf(5 * MB)) },
  { key: '6b', name: 'import, JSON of 5 MB', prepare: importing('application/json', () => jsonOf(5 * MB)) },
  { key: '6d', name: 'import, CSV of 2 MB', prepare: importing('text/csv', () => csvOf(2 * MB)) },
  { key: '6e', name: 'import, JSON of 2 MB', prepare: importing('application/json', () => jsonOf(2 * MB)) },
  {
    key: '6c',
    name: `${STRANGERS} requests to unknown tenants, 16 at once`,
    prepare: (world, slug) => {
      const headers = { ...world.scim(slug), authorization: 'Bearer of-a-stranger' }
      return Promise.resolve({
        requests: (i) => numbers(STRANGERS).map((n) => ({ method: 'GET', path: `/scim/x${i}-${n}/Users`, headers })),
        inFlight: 16,
      })
    },
  },
]
