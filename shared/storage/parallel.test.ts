import { atMost, inParallel } from './parallel'

test('results come in the order of the items, with at most so many at work', async () => {
  let atWork = 0
  let most = 0
  const results = await inParallel([5, 1, 4, 2, 3], 2, async (item) => {
    atWork += 1
    most = Math.max(most, atWork)
    await new Promise((resolve) => setTimeout(resolve, item))
    atWork -= 1
    return item * 10
  })
  expect(results).toEqual([50, 10, 40, 20, 30])
  expect(most).toBe(2)
})

test('no item is begun after a failure', async () => {
  const begun: number[] = []
  const work = async (item: number) => {
    begun.push(item)
    await Promise.resolve()
    if (item === 1) throw new Error('one failed')
    return item
  }
  await expect(inParallel([1, 2, 3, 4, 5, 6], 2, work)).rejects.toThrow('one failed')
  expect(begun.length).toBeLessThan(6)
})

test('nothing to do is done', async () => {
  expect(await inParallel([], 4, () => Promise.resolve(1))).toEqual([])
})

test('at most so many works run at a time, and a failure gives its place to the next', async () => {
  const run = atMost(2)
  let atWork = 0
  let most = 0
  const work = (fails: boolean) => async () => {
    atWork += 1
    most = Math.max(most, atWork)
    await new Promise((resolve) => setTimeout(resolve, 2))
    atWork -= 1
    if (fails) throw new Error('failed')
    return atWork
  }
  const outcomes = await Promise.allSettled([true, false, true, false, false].map((fails) => run(work(fails))))
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
  expect(most).toBe(2)
  expect(await run(() => Promise.resolve('still open'))).toBe('still open')
})
