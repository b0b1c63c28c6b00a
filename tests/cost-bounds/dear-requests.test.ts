import { WORK_LIMITS } from '../../shared/scim/work'
import { filtered, patchOf, startService, type TestService, type TestTenant } from '../support/service'

/** The dearest requests within today's limits, and what each may cost in counted work. None is timed. */

let service: TestService
let tenant: TestTenant

beforeAll(async () => {
  service = await startService()
  tenant = service.tenant()
})
afterAll(() => service.close())

const times = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i))
/** The log line of the last request of that method: calls, and the work of one that counts as several. */
const lineOf = (method: string) => service.lines.findLast((line) => line['method'] === method) ?? {}
const numbers = times(1000, (i) => ({ value: `n${i}`, type: 'work' }))

async function person(userName: string, more: object = {}): Promise<string> {
  const { status, body } = await tenant.send('POST', '/Users', { userName, ...more })
  expect(status).toBe(201)
  return String(body['id'])
}

const spellings = times(4096, (bits) =>
  'phonenumbers'.replace(/./g, (letter, at: number) => (((bits >> at) & 1) === 1 ? letter.toUpperCase() : letter)),
)

test('a body of 2,000 keys that mean two attributes is two assignments; one of 3,900 is refused', async () => {
  const bodyOf = (keys: number) =>
    Object.fromEntries(times(keys, (i) => [`${spellings[i >> 1] ?? ''}.${i % 2 === 0 ? 'type' : 'display'}`, `x${i}`]))
  const wide = { userName: 'wide', phoneNumbers: numbers }
  expect((await tenant.send('POST', '/Users', { ...wide, ...bodyOf(2000) })).status).toBe(201)
  expect(lineOf('POST')['entries'] ?? 0).toBeLessThan(30_000)
  const { status, body } = await tenant.send('POST', '/Users', { ...wide, userName: 'wider', ...bodyOf(3900) })
  expect([status, body['scimType']]).toEqual([400, 'tooMany'])
})

test.each<[string, (i: number) => object]>([
  ['of each entry', (i) => ({ op: 'add', path: 'phoneNumbers.type', value: `t${i}` })],
  ['of one entry', (i) => ({ op: 'replace', path: `phoneNumbers[value eq "n${i}"].type`, value: 'home' })],
  ['that is there already', () => ({ op: 'add', path: 'phoneNumbers', value: [{ value: 'n1', type: 'work' }] })],
  ['that takes the mark', (i) => ({ op: 'add', path: 'phoneNumbers', value: [{ value: `n${i}`, type: 'work', primary: true }] })],
  [
    'of one value in many types',
    (i) => ({ op: 'remove', path: 'phoneNumbers', value: times(15, (at) => ({ value: 'n1', type: `t${i}-${at}` })) }),
  ],
  ['without a value', () => ({ op: 'remove', path: 'phoneNumbers', value: times(20, (i) => ({ display: `d${i}` })) })],
])('1,000 operations on a list of 1,000: a change %s', async (name, operation) => {
  const id = await person(`patched ${name}`, { phoneNumbers: numbers })
  const { status, body } = await tenant.send('PATCH', `/Users/${id}`, patchOf(...times(1000, operation)))
  expect([status, body['scimType']]).toEqual([400, 'tooMany'])
  expect(Number(lineOf('PATCH')['entries'])).toBeLessThan(1.2 * WORK_LIMITS.entries)
})

test('the limits are those of one operation of a bulk request: one that is refused takes none of the others along', async () => {
  const id = await person('in bulk', { phoneNumbers: numbers })
  const dear = patchOf(...times(1000, (i) => ({ op: 'add', path: 'phoneNumbers.type', value: `t${i}` })))
  const fair = patchOf(...times(15, (i) => ({ op: 'add', path: 'phoneNumbers.type', value: `t${i}` })))
  const { body } = await tenant.send('POST', '/Bulk', {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations: [dear, fair, fair].map((data) => ({ method: 'PATCH', path: `/Users/${id}`, data })),
  })
  expect((body['Operations'] as { status: string }[]).map(({ status }) => status)).toEqual(['400', '200', '200'])
})

test('64 terms on 20 people of 1,000 values each look at each value a few times, not 64', async () => {
  const other = service.tenant(1)
  for (const i of times(20, (at) => at)) {
    await other.send('POST', '/Users', { userName: `p${i}`, phoneNumbers: times(1000, (at) => ({ value: `p${i}-${at}` })) })
  }
  const terms = times(64, (i) => `phoneNumbers.value eq "x${i}"`).join(' or ')
  const answer = await other.send('GET', `/Users${filtered(terms)}`)
  expect([answer.status, answer.body['totalResults']]).toEqual([200, 0])
  expect(lineOf('GET')['comparisons'] ?? 0).toBeLessThan(20 * 1000 * 4)
})

describe('people of 190 KB', () => {
  const COUNT = 17
  let large: TestTenant
  beforeAll(async () => {
    large = service.tenant(2)
    for (const i of times(COUNT, (at) => at)) {
      await large.send('POST', '/Users', { userName: `large${i}`, displayName: 'x'.repeat(190_000) })
    }
  })

  type Page = {
    Resources: { userName: string }[]
    itemsPerPage: number
    totalResults: number
    nextCursor?: string
    previousCursor?: string
  }
  async function pageOf(query: string): Promise<Page> {
    const { status, body } = await large.send('GET', `/Users?count=200${query}`)
    expect(status).toBe(200)
    const page = body as unknown as Page
    expect(page.Resources).toHaveLength(page.itemsPerPage)
    expect(page.itemsPerPage).toBeLessThan(8) // 1 MiB, and the one that passes it
    expect(page.totalResults).toBe(COUNT)
    return page
  }
  const everybody = times(COUNT, (i) => `large${i}`).sort()

  test.each([
    ['in the order of ids', ''],
    ['sorted', '&sortBy=userName'],
    ['filtered', `&filter=${encodeURIComponent('userName sw "large"')}`],
  ])('by cursor, %s: short pages, and everybody once', async (_, more) => {
    const seen: string[] = []
    for (let cursor: string | undefined = ''; cursor !== undefined;) {
      const page: Page = await pageOf(`${more}&cursor=${cursor}`)
      seen.push(...page.Resources.map(({ userName }) => userName))
      cursor = page.nextCursor
    }
    expect(seen.sort()).toEqual(everybody)
  })

  test('and back again by previousCursor: short pages, and everybody once', async () => {
    let page = await pageOf('&sortBy=userName&cursor=')
    while (page.nextCursor !== undefined) page = await pageOf(`&sortBy=userName&cursor=${page.nextCursor}`)
    const seen = page.Resources.map(({ userName }) => userName)
    while (page.previousCursor !== undefined) {
      page = await pageOf(`&sortBy=userName&cursor=${page.previousCursor}`)
      seen.unshift(...page.Resources.map(({ userName }) => userName))
    }
    expect(seen).toEqual(everybody)
  })

  test('a text that is looked for inside of long ones counts by its length', async () => {
    const { status, body } = await large.send('POST', '/Users/.search', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
      filter: `displayName co "${'xy'.repeat(1000)}"`,
    })
    expect([status, body['scimType']]).toEqual([400, 'tooMany'])
  })

  test.each([
    ['in the order of creation', ''],
    ['sorted', '&sortBy=userName'],
  ])('by startIndex, %s: short pages, and everybody once', async (_, more) => {
    const seen: string[] = []
    while (seen.length < COUNT) {
      const page = await pageOf(`${more}&startIndex=${seen.length + 1}`)
      expect(page.itemsPerPage).toBeGreaterThan(0)
      seen.push(...page.Resources.map(({ userName }) => userName))
    }
    expect(seen.sort()).toEqual(everybody)
  })
})

test.each([
  ['lists inside of each other', '['.repeat(200)],
  ['names', `{${times(60_000, (i) => `"k${i}":1`).join(',')}}`],
  ['objects', `[${times(60_000, () => '{}').join(',')}]`],
])('a body of very many %s is refused before it is parsed', async (_, body) => {
  const answer = await tenant.send('POST', '/Users', body)
  expect([answer.status, answer.body['scimType']]).toEqual([400, 'invalidSyntax'])
  expect(answer.body['detail']).toContain('more than')
})
