import { setTimeout } from 'node:timers/promises'
import { gate } from './gate'

/** Works that end when told to. */
function works() {
  const ends: (() => void)[] = []
  const begun: string[] = []
  const work = (name: string) => () => {
    begun.push(name)
    return new Promise<void>((resolve) => ends.push(resolve))
  }
  return { begun, work, endFirst: () => ends.shift()?.() }
}

test('so many at once, the others in the order they came; a key has its share and no more', async () => {
  const enter = gate({ atOnce: 3, ofOneKey: 2, maxWaitMs: 1000 })
  const { begun, work, endFirst } = works()
  const all = ['a1', 'a2', 'a3', 'b1', 'b2', 'c1'].map((name) => enter(name.charAt(0), work(name)))
  await setTimeout(1)
  expect(begun).toEqual(['a1', 'a2', 'b1'])
  endFirst()
  await setTimeout(1)
  expect(begun).toEqual(['a1', 'a2', 'b1', 'a3'])
  for (let i = 0; i < 6; i += 1) {
    endFirst()
    await setTimeout(1)
  }
  await Promise.all(all)
  expect(begun.slice(4)).toEqual(['b2', 'c1'])
})

test('a work that fails makes room; who waits too long is told to come again', async () => {
  const enter = gate({ atOnce: 1, ofOneKey: 1, maxWaitMs: 20 })
  await expect(enter('a', () => Promise.reject(new Error('failed')))).rejects.toThrow('failed')
  const { work, endFirst } = works()
  const first = enter('a', work('first'))
  await expect(enter('b', work('second'))).rejects.toMatchObject({ status: 503, headers: { 'Retry-After': '1' } })
  endFirst()
  await first
  await expect(enter('b', () => Promise.resolve('in'))).resolves.toBe('in')
})
