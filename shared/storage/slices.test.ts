import { inSlices, letOthersRun } from './slices'

test('of all that let others run one goes on in each turn of the event loop', async () => {
  const turns: number[] = []
  let turn = 0
  const count = () => {
    turn += 1
    if (turn < 20) setImmediate(count)
  }
  setImmediate(count)
  await Promise.all(
    Array.from({ length: 5 }, async () => {
      await letOthersRun()
      turns.push(turn)
    }),
  )
  expect(new Set(turns).size).toBe(5)
})

test('all is done, in order, and what fails ends it', async () => {
  const seen: number[] = []
  await inSlices([1, 2, 3], (item) => seen.push(item))
  expect(seen).toEqual([1, 2, 3])
  const fails = inSlices([1, 2, 3], (item) => {
    if (item === 2) throw new Error('no')
    seen.push(item)
  })
  await expect(fails).rejects.toThrow('no')
  expect(seen).toEqual([1, 2, 3, 1])
})
