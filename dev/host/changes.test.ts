import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gathering, watchSources } from './changes'

describe('watchSources', () => {
  const top = mkdtempSync(join(tmpdir(), 'rollcall-changes-'))
  let told: () => void = () => undefined
  const end = watchSources(top, () => {
    told()
  })
  afterAll(() => {
    end()
    rmSync(top, { recursive: true })
  })
  const noticed = () => new Promise<void>((resolve) => (told = resolve))

  test('tells of new folders, of files in them, and of files that another one replaces', async () => {
    let next = noticed()
    mkdirSync(join(top, 'later', 'inner'), { recursive: true })
    await next
    next = noticed()
    writeFileSync(join(top, 'later', 'inner', 'file.ts'), 'one')
    await next
    next = noticed()
    writeFileSync(join(top, '.draft'), 'two')
    renameSync(join(top, '.draft'), join(top, 'later', 'inner', 'file.ts'))
    await next
    next = noticed()
    writeFileSync(join(top, 'later', 'inner', 'file.ts'), 'three')
    await next
  })

  test('does not tell of tests, nor of what an editor leaves', async () => {
    const seen: string[] = []
    told = () => void seen.push('told')
    for (const name of ['file.test.ts', '.file.ts.swp', 'file.ts~']) writeFileSync(join(top, name), 'text')
    const next = noticed()
    writeFileSync(join(top, 'last.ts'), 'text') // the system tells in order
    await next
    expect(seen).toEqual([])
  })
})

describe('gathering', () => {
  beforeEach(() => jest.useFakeTimers())
  afterEach(() => jest.useRealTimers())

  test('does what was asked for once, when nothing came for a while', async () => {
    const done: string[][] = []
    const ask = gathering<string>(40, (asked) => Promise.resolve(void done.push([...asked])))
    ask('a')
    await jest.advanceTimersByTimeAsync(39)
    ask('b')
    ask('a')
    await jest.advanceTimersByTimeAsync(39)
    expect(done).toEqual([])
    await jest.advanceTimersByTimeAsync(1)
    expect(done).toEqual([['a', 'b']])
  })

  test('what comes meanwhile waits for what is being done, and is done once', async () => {
    const done: string[][] = []
    let finish: () => void = () => undefined
    const ask = gathering<string>(40, (asked) => {
      done.push([...asked])
      return new Promise((resolve) => (finish = resolve))
    })
    ask('a')
    await jest.advanceTimersByTimeAsync(40)
    ask('b')
    await jest.advanceTimersByTimeAsync(40)
    ask('c')
    await jest.advanceTimersByTimeAsync(40)
    expect(done).toEqual([['a']])
    finish()
    await jest.advanceTimersByTimeAsync(0)
    expect(done).toEqual([['a'], ['b', 'c']])
  })
})
