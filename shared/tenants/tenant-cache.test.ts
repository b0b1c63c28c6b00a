import type { Tenant } from './tenant'
import { tenantCache as cacheOf, type TenantSource } from './tenant-cache'

const nobody = () => Promise.resolve([])
const tenantCache = (read: TenantSource['read'], now?: () => number, list: TenantSource['list'] = nobody) =>
  cacheOf({ read, list }, now)

/** A tenant that differs by its generation only: the number of the read that gave it. */
const tenantOf = (generation: number) => ({ slug: 'contoso', generation, table: 't', settings: {} }) as Tenant

function setUp() {
  let nowMs = 0
  let reads = 0
  let failing = false
  const read = async () => {
    reads += 1
    await Promise.resolve()
    if (failing) throw new Error('storage is down')
    return tenantOf(reads)
  }
  const cache = tenantCache(read, () => nowMs)
  return {
    cache,
    reads: () => reads,
    fail: (on: boolean) => (failing = on),
    pass: async (ms: number) => {
      nowMs += ms
      await new Promise(setImmediate)
    },
  }
}

test('requests at once share one read, and later ones use it', async () => {
  const { cache, reads } = setUp()
  const found = await Promise.all([cache.find('contoso'), cache.find('contoso')])
  expect(found.map((tenant) => tenant?.generation)).toEqual([1, 1])
  expect((await cache.find('contoso'))?.generation).toBe(1)
  expect(reads()).toBe(1)
})

test('after 10 s it is used once more and read again in the background', async () => {
  const { cache, pass } = setUp()
  await cache.find('contoso')
  await pass(10_001)
  expect((await cache.find('contoso'))?.generation).toBe(1)
  await pass(0)
  expect((await cache.find('contoso'))?.generation).toBe(2)
})

test('beyond 30 s it is read before it is used, and an outage reaches the request', async () => {
  const { cache, pass, fail } = setUp()
  await cache.find('contoso')
  await pass(30_001)
  fail(true)
  await expect(cache.find('contoso')).rejects.toThrow('storage is down')
  fail(false)
  expect((await cache.find('contoso'))?.generation).toBe(3)
})

test('a failed read in the background is tried again with the next use', async () => {
  const { cache, pass, fail, reads } = setUp()
  await cache.find('contoso')
  await pass(15_000)
  fail(true)
  await cache.find('contoso')
  await pass(1000)
  fail(false)
  await cache.find('contoso')
  await pass(0)
  expect(reads()).toBe(3)
  expect((await cache.find('contoso'))?.generation).toBe(3)
})

test('what this instance changed is seen at once', async () => {
  const { cache } = setUp()
  await cache.find('contoso')
  cache.put(tenantOf(77))
  expect((await cache.find('contoso'))?.generation).toBe(77)
})

test('a read that began before a change on this instance does not undo it', async () => {
  const { cache, pass } = setUp()
  await cache.find('contoso')
  await pass(10_001)
  await cache.find('contoso') // starts the background read
  cache.put(tenantOf(77))
  await pass(0)
  expect((await cache.find('contoso'))?.generation).toBe(77)
})

test('1,000 tenants are kept; more forget the one used longest ago', async () => {
  let reads = 0
  const slugs = Array.from({ length: 1001 }, (_, i) => `t${i}`)
  const read = (slug: string) => {
    reads += 1
    return Promise.resolve({ ...tenantOf(1), slug })
  }
  const cache = tenantCache(
    read,
    () => 0,
    () => Promise.resolve(slugs),
  )
  for (const slug of slugs) await cache.find(slug)
  await cache.find('t1000')
  expect(reads).toBe(1001)
  await cache.find('t0')
  expect(reads).toBe(1002)
})

describe('strangers who try slugs', () => {
  function setUpStrangers() {
    let nowMs = 0
    const there = new Map([['contoso', tenantOf(1)]])
    const read: string[] = []
    let lists = 0
    const failing = { is: false }
    const cache = tenantCache(
      (slug) => {
        read.push(slug)
        return Promise.resolve(there.get(slug))
      },
      () => nowMs,
      () => {
        lists += 1
        return failing.is ? Promise.reject(new Error('storage is down')) : Promise.resolve([...there.keys()])
      },
    )
    const flood = (count: number, name = 'stranger') =>
      Promise.all(Array.from({ length: count }, (_, i) => cache.find(`${name}-${i}`)))
    return { cache, there, read, failing, flood, lists: () => lists, pass: (ms: number) => (nowMs += ms) }
  }

  test('push no tenant out', async () => {
    const { cache, flood, there, read, pass } = setUpStrangers()
    await cache.find('contoso')
    there.set('contoso', tenantOf(2))
    for (let second = 1; second < 30; second += 1) {
      pass(1000)
      await flood(100, `in-${second}`)
    }
    expect(read.length).toBeGreaterThan(1_500)
    expect((await cache.find('contoso'))?.generation).toBe(1) // as it was remembered
  })

  test('cost 200 reads, then 50 a second and a list in ten', async () => {
    const { flood, read, lists, pass } = setUpStrangers()
    expect((await flood(5_000)).every((tenant) => tenant === undefined)).toBe(true)
    expect([read.length, lists()]).toEqual([200, 1])
    pass(1000)
    await flood(5_000, 'other')
    expect([read.length, lists()]).toEqual([250, 1])
    pass(9_001)
    await flood(5_000, 'third')
    expect([read.length, lists()]).toEqual([450, 2])
  })

  test('keep out nobody whom an instance that has just started does not know yet', async () => {
    const { cache, flood } = setUpStrangers()
    const flooding = flood(5_000)
    expect((await cache.find('contoso'))?.generation).toBe(1)
    await flooding
  })

  test('keep out no tenant that is made meanwhile: here for no moment, elsewhere for ten seconds', async () => {
    const { cache, there, flood, pass } = setUpStrangers()
    await flood(5_000)
    there.set('fabrikam', tenantOf(2)).set('litware', tenantOf(3))
    cache.forget('fabrikam')
    expect((await cache.find('fabrikam'))?.generation).toBe(2)
    expect(await cache.find('litware')).toBeUndefined()
    pass(10_001)
    await flood(5_000, 'other')
    expect((await cache.find('litware'))?.generation).toBe(3)
  })

  test('are not called unknown while nobody can tell', async () => {
    const { cache, flood, failing } = setUpStrangers()
    await flood(200)
    failing.is = true
    await expect(cache.find('contoso')).rejects.toThrow('storage is down')
    failing.is = false
    expect((await cache.find('contoso'))?.generation).toBe(1)
  })

  test('get an answer that is as old as that of a tenant may be', async () => {
    const { cache, there, read, pass } = setUpStrangers()
    expect(await cache.find('fabrikam')).toBeUndefined()
    there.set('fabrikam', tenantOf(2))
    pass(10_000)
    expect(await cache.find('fabrikam')).toBeUndefined()
    expect(read).toHaveLength(1)
    pass(1)
    expect(await cache.find('fabrikam')).toBeUndefined() // and is read again behind it
    await new Promise(setImmediate)
    expect((await cache.find('fabrikam'))?.generation).toBe(2)
  })
})

test('a tenant that was deleted here is asked for again at once, also when it is being read', async () => {
  const { cache, reads } = setUp()
  await cache.find('contoso')
  cache.forget('contoso')
  expect((await cache.find('contoso'))?.generation).toBe(2)
  cache.forget('contoso')
  const before = cache.find('contoso')
  cache.forget('contoso')
  await before
  await cache.find('contoso')
  expect(reads()).toBe(4)
})

describe('put', () => {
  const stateOf = (version: number, tokenEpoch: number, etag = `${version}.${tokenEpoch}`) =>
    ({ slug: 'contoso', generation: 1, table: 't', settings: { version, tokenEpoch, row: { etag } } }) as Tenant

  test('again and again with what is known, it keeps nothing from being read again', async () => {
    let nowMs = 0
    let stored = stateOf(1, 1)
    const cache = tenantCache(
      () => Promise.resolve(stored),
      () => nowMs,
    )
    const before = (await cache.find('contoso'))!
    stored = stateOf(2, 1)
    for (; nowMs <= 30_000; nowMs += 5000) cache.put(before)
    expect((await cache.find('contoso'))?.settings.version).toBe(2)
  })

  test.each([
    ['a later save', stateOf(3, 2), stateOf(2, 2)],
    ['a later change of tokens', stateOf(2, 3), stateOf(2, 2)],
  ])('with what was read before %s, it does not undo that', async (_, later, earlier) => {
    const cache = tenantCache(() => Promise.resolve(undefined))
    cache.put(later)
    cache.put(earlier)
    expect(await cache.find('contoso')).toBe(later)
  })

  test('what the service itself has stored beside is taken, under the same numbers', async () => {
    const cache = tenantCache(() => Promise.resolve(undefined))
    cache.put(stateOf(2, 2, 'a'))
    const learnt = stateOf(2, 2, 'b')
    cache.put(learnt)
    expect(await cache.find('contoso')).toBe(learnt)
  })
})
