import { createMeter } from './meter'

/** A call that ends when the test says so. */
function openEnded() {
  let end = (): void => undefined
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  return { call: () => ended, end }
}

const instant = () => Promise.resolve('answer')

describe('a meter', () => {
  test('hands on what the call returns', async () => {
    await expect(createMeter().run(instant)).resolves.toBe('answer')
  })

  test('has counted nothing before the first call', () => {
    expect(createMeter()).toMatchObject({ calls: 0, trips: 0 })
  })

  test('counts calls one after another as trips', async () => {
    const meter = createMeter()
    for (let n = 0; n < 3; n += 1) await meter.run(instant)
    expect(meter).toMatchObject({ calls: 3, trips: 3 })
  })

  test('counts parallel calls as one trip', async () => {
    const meter = createMeter()
    await Promise.all([meter.run(instant), meter.run(instant), meter.run(instant)])
    expect(meter).toMatchObject({ calls: 3, trips: 1 })
  })

  test('a call started while another runs waits for neither', async () => {
    const meter = createMeter()
    const slow = openEnded()
    const first = meter.run(slow.call)
    await meter.run(instant)
    await meter.run(instant)
    slow.end()
    await first
    expect(meter).toMatchObject({ calls: 3, trips: 2 })
  })

  test('a slow call that ends last does not lower the level reached meanwhile', async () => {
    const meter = createMeter()
    const slow = openEnded()
    const first = meter.run(slow.call)
    await meter.run(instant)
    await meter.run(instant)
    slow.end()
    await first
    await meter.run(instant)
    expect(meter.trips).toBe(3)
  })

  test('a failed call is a wait too and its error passes through', async () => {
    const meter = createMeter()
    await expect(meter.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    await meter.run(instant)
    expect(meter).toMatchObject({ calls: 2, trips: 2 })
  })
})
