import { StorageUnavailable } from '../../storage/unavailable'
import { matchToken } from './bearer'
import { tokenCache } from './token-cache'
import type { TokenCacheOptions } from './token-cache'
import { tokenDigest } from './token-digest'
import type { TenantTokens, TokenOwner, TokenVersion } from './token-digest'
import { VaultForbidden, VaultUnavailable } from '../../http/outage'

const contoso: TokenOwner = { slug: 'contoso', generation: 1 }
const versionOf = (text: string): TokenVersion => ({ id: `id-of-${text}`, digest: tokenDigest(text) })
const tokens = (...texts: string[]): TenantTokens => ({ live: texts.map(versionOf), dead: [] })
const ids = ({ live }: TenantTokens) => live.map(({ id }) => id)

/** A cache with a clock set by hand, over a source whose reads the test answers one by one, in any order. */
function story(options: TokenCacheOptions = {}) {
  const clock = { now: 1_000_000 }
  const failures: unknown[] = []
  const reads: { owner: TokenOwner; answer: (versions: TenantTokens) => void; fail: (error: Error) => void }[] = []
  const cache = tokenCache(
    (owner) =>
      new Promise((answer, fail) => {
        reads.push({ owner, answer, fail })
      }),
    { now: () => clock.now, onFailure: (error) => failures.push(error), ...options },
  )
  return { clock, failures, reads, cache }
}

/** A story whose cache already knows `first`, read at the clock's present time for epoch 1. */
async function knowing(...texts: string[]) {
  const started = story()
  const answer = started.cache.versions(contoso, 1)
  started.reads[0]!.answer(tokens(...texts))
  await answer
  return started
}

/** Lets promises that are already settled reach their callers. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('reading', () => {
  test('calls made meanwhile share one read', async () => {
    const { cache, reads } = story()
    const answers = Promise.all([cache.versions(contoso, 1), cache.versions(contoso, 1), cache.versions({ ...contoso }, 1)])
    expect(reads).toHaveLength(1)
    reads[0]!.answer(tokens('first'))
    expect((await answers).map(ids)).toEqual([['id-of-first'], ['id-of-first'], ['id-of-first']])
  })

  test('a known answer is used without a read for 10 s', async () => {
    const { cache, clock, reads } = await knowing('first')
    clock.now += 9_999
    expect(ids(await cache.versions(contoso, 1))).toEqual(['id-of-first'])
    expect(reads).toHaveLength(1)
  })

  test('no tokens is an answer too', async () => {
    const { cache, reads } = await knowing()
    expect(await cache.versions(contoso, 1)).toEqual(tokens())
    expect(reads).toHaveLength(1)
  })

  test('each tenant, and each generation of one, has its own', async () => {
    const { cache, reads } = story()
    const answers = [
      cache.versions(contoso, 1),
      cache.versions({ slug: 'contoso', generation: 2 }, 1),
      cache.versions({ slug: 'fabrikam', generation: 1 }, 1),
      cache.versions({ slug: '__proto__', generation: 1 }, 1),
    ]
    reads.forEach(({ owner, answer }) => {
      answer(tokens(`${owner.slug}${owner.generation}`))
    })
    expect((await Promise.all(answers)).map(ids)).toEqual([
      ['id-of-contoso1'],
      ['id-of-contoso2'],
      ['id-of-fabrikam1'],
      ['id-of-__proto__1'],
    ])
  })
})

describe('ageing', () => {
  test('after 10 s a use answers at once and reads again in the background, once', async () => {
    const { cache, clock, reads } = await knowing('first')
    clock.now += 10_000
    expect(ids(await cache.versions(contoso, 1))).toEqual(['id-of-first'])
    expect(ids(await cache.versions(contoso, 1))).toEqual(['id-of-first'])
    expect(reads).toHaveLength(2)
    reads[1]!.answer(tokens('second'))
    await settled()
    expect(ids(await cache.versions(contoso, 1))).toEqual(['id-of-second'])
  })

  test('after 30 s nothing is answered before a read', async () => {
    const { cache, clock, reads } = await knowing('first')
    clock.now += 30_000
    const answer = cache.versions(contoso, 1)
    reads[1]!.answer(tokens('second'))
    expect(ids(await answer)).toEqual(['id-of-second'])
  })

  test('the age counts from the beginning of the read, so a slow one does not lengthen it', async () => {
    const { cache, clock, reads } = story()
    const first = cache.versions(contoso, 1)
    clock.now += 29_000
    reads[0]!.answer(tokens('first'))
    await first
    clock.now += 1_000
    const second = cache.versions(contoso, 1)
    expect(reads).toHaveLength(2)
    reads[1]!.answer(tokens('second'))
    expect(ids(await second)).toEqual(['id-of-second'])
  })

  test('past 30 s callers wait for the background read that is still running', async () => {
    const { cache, clock, reads } = await knowing('first')
    clock.now += 10_000
    await cache.versions(contoso, 1)
    clock.now += 20_000
    const answer = cache.versions(contoso, 1)
    expect(reads).toHaveLength(2)
    reads[1]!.answer(tokens('second'))
    expect(ids(await answer)).toEqual(['id-of-second'])
  })

  test('a clock set back does not keep tokens for ever', async () => {
    const { cache, clock, reads } = await knowing('first')
    clock.now -= 3_600_000
    const answer = cache.versions(contoso, 1)
    reads[1]!.answer(tokens())
    expect(await answer).toEqual(tokens())
  })
})

describe('failing', () => {
  const unavailable = new VaultUnavailable('Key Vault answered 503.')
  const refusals: [string, Error][] = [
    ['a refusal of the vault', new VaultForbidden('refused')],
    ['any other failure', new Error('defect')],
  ]

  test.each([['an outage', unavailable] as [string, Error], ...refusals])(
    'with nothing known, %s reaches all callers and is not kept',
    async (_, error) => {
      const { cache, failures, reads } = story()
      const answers = [cache.versions(contoso, 1), cache.versions(contoso, 1)]
      reads[0]!.fail(error)
      for (const answer of answers) await expect(answer).rejects.toBe(error)
      expect(failures).toEqual([error])

      const next = cache.versions(contoso, 1)
      reads[1]!.answer(tokens('first'))
      expect(ids(await next)).toEqual(['id-of-first'])
    },
  )

  test('the last known tokens survive an outage, however long, and the vault is asked again every 10 s', async () => {
    const { cache, clock, failures, reads } = await knowing('first')
    clock.now += 30_000
    const waiting = cache.versions(contoso, 1)
    reads[1]!.fail(unavailable)
    expect(ids(await waiting)).toEqual(['id-of-first'])

    for (let read = 2; read < 100; read += 1) {
      expect(ids(await cache.versions(contoso, 1))).toEqual(['id-of-first'])
      expect(reads).toHaveLength(read)
      clock.now += 10_000
      expect(ids(await cache.versions(contoso, 1))).toEqual(['id-of-first'])
      reads[read]!.fail(unavailable)
      await settled()
    }
    expect(failures).toHaveLength(99)

    clock.now += 10_000
    await cache.versions(contoso, 1)
    reads[100]!.answer(tokens('second'))
    await settled()
    expect(ids(await cache.versions(contoso, 1))).toEqual(['id-of-second'])
  })

  test.each(refusals)('with tokens known and too old, %s reaches the caller', async (_, error) => {
    const { cache, clock, reads } = await knowing('first')
    clock.now += 30_000
    const answer = cache.versions(contoso, 1)
    reads[1]!.fail(error)
    await expect(answer).rejects.toBe(error)
  })

  test.each(refusals)('in the background, %s drops the known tokens', async (_, error) => {
    const { cache, clock, failures, reads } = await knowing('first')
    clock.now += 10_000
    await cache.versions(contoso, 1)
    reads[1]!.fail(error)
    await settled()
    expect(failures).toEqual([error])

    const answer = cache.versions(contoso, 1)
    reads[2]!.fail(unavailable)
    await expect(answer).rejects.toBe(unavailable)
  })

  test('dead tokens survive it beside the live ones, so that refusals can still be explained', async () => {
    const { cache, clock, reads } = story()
    const known = { live: [versionOf('new')], dead: [{ ...versionOf('old'), disabled: true as const }] }
    const first = cache.versions(contoso, 1)
    reads[0]!.answer(known)
    await first
    clock.now += 30_000
    const answer = cache.versions(contoso, 1)
    reads[1]!.fail(unavailable)
    expect(await answer).toEqual(known)
  })

  test('a table out of reach, where local runs keep tokens, is an outage as well', async () => {
    const { cache, clock, reads } = await knowing('first')
    clock.now += 30_000
    const answer = cache.versions(contoso, 1)
    reads[1]!.fail(new StorageUnavailable('503'))
    expect(ids(await answer)).toEqual(['id-of-first'])
  })

  test('a secret deleted in the vault ends its tokens: an empty answer is no outage', async () => {
    const { cache, clock, reads } = await knowing('first')
    clock.now += 30_000
    const answer = cache.versions(contoso, 1)
    reads[1]!.answer(tokens())
    expect(await answer).toEqual(tokens())
  })
})

describe('the epoch', () => {
  test('a higher one reads again at once', async () => {
    const { cache, reads } = await knowing('first')
    const answer = cache.versions(contoso, 2)
    reads[1]!.answer(tokens('second'))
    expect(ids(await answer)).toEqual(['id-of-second'])
    expect(ids(await cache.versions(contoso, 2))).toEqual(['id-of-second'])
    expect(reads).toHaveLength(2)
  })

  test('a higher one does not share a read that began before it, which then leaves nothing behind', async () => {
    const { cache, reads } = story()
    const before = cache.versions(contoso, 1)
    const after = cache.versions(contoso, 2)
    expect(reads).toHaveLength(2)
    reads[1]!.answer(tokens('second'))
    expect(ids(await after)).toEqual(['id-of-second'])
    reads[0]!.answer(tokens('first'))
    expect(ids(await before)).toEqual(['id-of-first'])
    expect(ids(await cache.versions(contoso, 2))).toEqual(['id-of-second'])
  })

  test('the failure of an overtaken read does not drop what the newer one found', async () => {
    const { cache, reads } = story()
    const before = cache.versions(contoso, 1)
    const after = cache.versions(contoso, 2)
    reads[1]!.answer(tokens('second'))
    await after
    reads[0]!.fail(new VaultForbidden('refused'))
    await expect(before).rejects.toThrow(VaultForbidden)
    expect(ids(await cache.versions(contoso, 2))).toEqual(['id-of-second'])
  })

  test('an older one, from a request that read the settings earlier, uses what is known', async () => {
    const { cache, clock, reads } = await knowing('first')
    const answer = cache.versions(contoso, 2)
    reads[1]!.answer(tokens('second'))
    await answer
    expect(ids(await cache.versions(contoso, 1))).toEqual(['id-of-second'])
    clock.now += 10_000
    await cache.versions(contoso, 1)
    reads[2]!.answer(tokens('third'))
    await settled()
    expect(ids(await cache.versions(contoso, 2))).toEqual(['id-of-third'])
    expect(reads).toHaveLength(3)
  })

  test('in an outage the last known tokens survive it, without the revoked one', async () => {
    const { cache, reads } = await knowing('first', 'second')
    const answer = cache.versions(contoso, 2)
    reads[1]!.fail(new VaultUnavailable('Key Vault answered 503.'))
    const { live } = await answer
    const options = { now: 0, revoked: new Set(['id-of-first']) }
    expect(matchToken('first', live, options)).toBeUndefined()
    expect(matchToken('second', live, options)?.id).toBe('id-of-second')
  })
})

test('a revoked token is refused at once, with no read', async () => {
  const { cache, reads } = await knowing('first')
  const { live } = await cache.versions(contoso, 1)
  expect(matchToken('first', live, { now: 0, revoked: new Set() })?.id).toBe('id-of-first')
  expect(matchToken('first', live, { now: 0, revoked: new Set(['id-of-first']) })).toBeUndefined()
  expect(reads).toHaveLength(1)
})

test('beyond the number of tenants, the one used longest ago is forgotten', async () => {
  const owners = ['a', 'b', 'c'].map((slug) => ({ slug, generation: 1 }))
  const [a, b, c] = owners as [TokenOwner, TokenOwner, TokenOwner]
  const asked: string[] = []
  const cache = tokenCache(
    ({ slug }) => {
      asked.push(slug)
      return Promise.resolve(tokens(slug))
    },
    { now: () => 0, maxTenants: 2 },
  )
  for (const owner of [a, b, a, c, a, b]) {
    expect(ids(await cache.versions(owner, 1))).toEqual([`id-of-${owner.slug}`])
  }
  expect(asked).toEqual(['a', 'b', 'c', 'b'])
})
