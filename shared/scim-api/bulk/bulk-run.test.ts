import type { BulkOperation } from './bulk-message'
import { runBulk, type BulkRequest, type BulkRules } from './bulk-run'
import type { Reply } from '../../http/exchange'

const post = (bulkId: string, data: BulkOperation['data'] = {}, path = 'Groups'): BulkOperation => ({
  method: 'POST',
  path: [path],
  bulkId,
  data,
})
const patch = (id: string, bulkId?: string): BulkOperation => ({
  method: 'PATCH',
  path: ['Users', id],
  data: { m: `bulkId:${bulkId ?? ''}` },
})
const refer = (...bulkIds: string[]) => ({ members: bulkIds.map((bulkId) => ({ value: `bulkId:${bulkId}` })) })

interface World {
  /** What was sent, in the order it was begun; a reply comes a moment later. */
  readonly sent: BulkRequest[]
  readonly most: () => number
  readonly rules: BulkRules
}

/** A service that creates `id-<n>` and answers what `fail` says of a request. */
function world(fail: (request: BulkRequest) => number | undefined = () => undefined, more: Partial<BulkRules> = {}): World {
  const sent: BulkRequest[] = []
  let running = 0
  let most = 0
  const send = async (request: BulkRequest): Promise<Reply> => {
    sent.push({ ...request, data: structuredClone(request.data) })
    const id = `id-${sent.length}`
    running += 1
    most = Math.max(most, running)
    await new Promise((resolve) => setImmediate(resolve))
    running -= 1
    const status = fail(request)
    if (status !== undefined) return { status, body: { detail: 'no' } }
    return request.method === 'POST' ? { status: 201, body: { id } } : { status: 204, headers: { ETag: 'W/"2"' } }
  }
  return { sent, most: () => most, rules: { send, failOnErrors: Infinity, isLate: () => false, ...more } }
}

const statuses = async (operations: readonly BulkOperation[], { rules }: World) =>
  (await runBulk(operations, rules)).map((reply) => reply?.status)
const paths = ({ sent }: World) => sent.map(({ method, path }) => `${method} ${path.join('/')}`)

test('references are resolved whatever the order, in data and in paths', async () => {
  const here = world()
  const operations = [post('g', refer('u', 'v')), patch('bulkId:u', 'v'), post('u', {}, 'Users'), post('v', {}, 'Users')]
  expect(await statuses(operations, here)).toEqual([201, 204, 201, 201])
  expect(here.sent.slice(2).map(({ data }) => data)).toEqual([{ members: [{ value: 'id-1' }, { value: 'id-2' }] }, { m: 'id-2' }])
  expect(paths(here)).toEqual(['POST Users', 'POST Users', 'POST Groups', 'PATCH Users/id-1'])
})

test('what refers to nothing, or to what failed, is 409 and says so; the rest goes on', async () => {
  const here = world(({ path }) => (path[0] === 'Users' ? 400 : undefined))
  const operations = [post('g', refer('nobody')), post('u', {}, 'Users'), post('h', refer('u')), post('i', refer('h')), post('j')]
  const replies = await runBulk(operations, here.rules)
  expect(replies.map((reply) => reply?.status)).toEqual([409, 400, 409, 409, 201])
  expect(replies[0]?.body).toMatchObject({
    detail: '"bulkId:nobody" stands for no resource: no POST of this request has that bulkId.',
  })
  expect(replies[2]?.body).toMatchObject({ detail: '"bulkId:u" stands for no resource: its POST failed.' })
})

test('at most eight run side by side, and no two that are not alike or name one resource', async () => {
  const here = world()
  await runBulk(
    Array.from({ length: 30 }, (_, i) => post(`b${i}`)),
    here.rules,
  )
  expect(here.most()).toBe(8)
  const mixed = world()
  await runBulk(
    [post('a'), post('b', {}, 'Users'), { method: 'DELETE', path: ['Users', '1'] }, { method: 'DELETE', path: ['users', '1'] }],
    mixed.rules,
  )
  expect(mixed.most()).toBe(1)
  expect(paths(mixed)).toEqual(['POST Groups', 'POST Users', 'DELETE Users/1', 'DELETE users/1'])
})

test('a chain of a thousand runs from its end', async () => {
  const here = world()
  const chain = Array.from({ length: 1000 }, (_, i) => post(`c${i}`, i < 999 ? refer(`c${i + 1}`) : {}))
  expect(new Set(await statuses(chain, here))).toEqual(new Set([201]))
  expect(here.sent[999]?.data).toEqual({ members: [{ value: 'id-999' }] })
})

test('a change that lost its name to a neighbour that gave it up is tried once more', async () => {
  let isTaken = true
  const here = world(({ path }) => {
    if (path[1] === '2') isTaken = false
    return path[1] === '1' && isTaken ? 409 : undefined
  })
  const rename = (id: string): BulkOperation => ({ method: 'PATCH', path: ['Users', id], data: {} })
  expect(await statuses([rename('1'), rename('2')], here)).toEqual([204, 204])
})

describe('failOnErrors', () => {
  const refused = ({ path }: BulkRequest) => (path[1]?.startsWith('bad') === true ? 404 : undefined)
  const remove = (id: string): BulkOperation => ({ method: 'DELETE', path: ['Users', id] })
  test.each([
    [1, [204, 404, undefined, undefined, undefined]],
    [2, [204, 404, 204, 404, undefined]],
    [3, [204, 404, 204, 404, 204]],
  ])('%i: what follows that many errors is not begun', async (failOnErrors, wanted) => {
    const here = world(refused, { failOnErrors })
    expect(await statuses(['1', 'bad2', '3', 'bad4', '5'].map(remove), here)).toEqual(wanted)
    expect(here.sent).toHaveLength(wanted.filter((status) => status !== undefined).length)
  })
})

test('what is not begun in time is 503, to be repeated', async () => {
  const here = world()
  const replies = await runBulk([post('a'), post('b', {}, 'Users'), post('c', refer('d')), post('d', refer('c'))], {
    ...here.rules,
    isLate: () => here.sent.length > 0,
  })
  expect(replies.map((reply) => reply?.status)).toEqual([201, 503, 503, 503])
  expect(replies[1]?.body).toMatchObject({ detail: expect.stringContaining('Repeat the operation') as string })
})

describe('a circle', () => {
  const circle = () => [post('a', refer('b', 'x')), post('b', { ...refer('a'), displayName: 'B' }), post('x', {}, 'Users')]

  test('is created without its references, then completed, and told as creations at their last version', async () => {
    const here = world()
    const replies = await runBulk(circle(), here.rules)
    expect(replies.slice(0, 2)).toEqual([
      { status: 201, body: { id: 'id-2' }, headers: { ETag: 'W/"2"' } },
      { status: 201, body: { id: 'id-3' }, headers: { ETag: 'W/"2"' } },
    ])
    expect(here.sent.slice(1).map(({ data }) => data)).toEqual([
      {},
      { displayName: 'B' },
      { members: [{ value: 'id-3' }, { value: 'id-1' }] },
      { members: [{ value: 'id-2' }], displayName: 'B' },
    ])
    expect(paths(here).slice(3)).toEqual(['PUT Groups/id-2', 'PUT Groups/id-3'])
  })

  test.each<[string, (request: BulkRequest) => boolean]>([
    ['a creation', ({ method, data }) => method === 'POST' && JSON.stringify(data).includes('"B"')],
    ['a completion', ({ method, data }) => method === 'PUT' && JSON.stringify(data).includes('"B"')],
  ])('fails as a whole with %s, and nothing of it stays', async (_name, isRefused) => {
    const here = world((request) => (isRefused(request) ? 400 : undefined))
    const replies = await runBulk([...circle(), post('c', refer('a'))], here.rules)
    expect(replies.map((reply) => reply?.status)).toEqual([409, 400, 201, 409])
    expect(replies[0]?.body).toMatchObject({ detail: 'This resource and "bulkId:b" refer to each other, and that one failed.' })
    const created = here.sent.flatMap(({ method, path }, i) => (method === 'POST' && path[0] === 'Groups' ? [`id-${i + 1}`] : []))
    const removed = here.sent.filter(({ method }) => method === 'DELETE').map(({ path }) => path[1])
    expect(created).toEqual(expect.arrayContaining(removed))
    expect(removed).toContain('id-2')
  })

  test('that the time runs out on is undone, and each is to be repeated or told why', async () => {
    const here = world()
    const isLate = () => here.sent.some(({ method }) => method === 'PUT')
    const many = Array.from({ length: 12 }, (_, i) => post(`m${i}`, refer(`m${(i + 1) % 12}`)))
    const replies = await runBulk(many, { ...here.rules, isLate })
    expect(new Set(replies.map((reply) => reply?.status))).toEqual(new Set([503, 409]))
    expect(here.sent.filter(({ method }) => method === 'DELETE')).toHaveLength(12)
  })

  test('says when it could not be undone', async () => {
    const here = world(({ method }) => (method === 'PUT' ? 400 : method === 'DELETE' ? 503 : undefined))
    const replies = await runBulk(circle(), here.rules)
    expect(replies.map((reply) => reply?.status)).toEqual([503, 503, 201])
  })

  test('that refers to what failed outside of it is 409', async () => {
    const here = world(({ path }) => (path[0] === 'Users' ? 400 : undefined))
    expect(await statuses(circle(), here)).toEqual([409, 409, 400])
    expect(here.sent.filter(({ method }) => method === 'PUT')).toEqual([])
  })

  test('of one that refers to itself', async () => {
    const here = world()
    expect(await statuses([post('me', refer('me'))], here)).toEqual([201])
    expect(here.sent.map(({ method, data }) => [method, data])).toEqual([
      ['POST', {}],
      ['PUT', { members: [{ value: 'id-1' }] }],
    ])
  })
})
