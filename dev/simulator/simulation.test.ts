import { bearer } from '../sign-in/token-source'
import { startServer } from './broken-server'
import type { Defect } from './defect'
import { DEFECTS } from './defects'
import { answer, refusal } from './memory-server'
import { OBJECTIONS } from './objections'
import { runSimulation } from './simulation'
import type { SimulationOptions, SimulationResult } from './simulation'

const quiet = () => undefined

async function simulate(defect: Pick<Defect, 'alter'> | undefined, given: Partial<SimulationOptions>): Promise<SimulationResult> {
  const server = await startServer(defect)
  const options: SimulationOptions = {
    url: server.tenantUrl,
    tokens: bearer('a-token'),
    users: 14,
    groups: 5,
    seed: 1,
    parallel: 8,
    families: ['legacy'],
    timeoutMs: 60_000,
    ...given,
  }
  try {
    return await runSimulation(options, quiet)
  } finally {
    await server.close()
  }
}

const idsOf = (result: SimulationResult) => result.objections.map(({ id }) => id)

describe('a correct server', () => {
  test.each([1, 2, 3])('gives no failure and no objection in both families (seed %i)', async (seed) => {
    const result = await simulate(undefined, { users: 30, families: ['legacy', 'modern'], seed })
    expect(result.objections).toEqual([])
    expect(result).toMatchObject({ failures: 0, throttled: 0, patchesInUnchangedCycle: 0 })
  })

  test('is left as it was found, so that a second run on it finds nothing either', async () => {
    const server = await startServer()
    const options = {
      url: `${server.tenantUrl}/?feature=x`,
      tokens: bearer('t'),
      users: 10,
      groups: 4,
      seed: 1,
      parallel: 2,
      timeoutMs: 5000,
    }
    const runs = [await runSimulation({ ...options, families: ['modern'] }, quiet)]
    runs.push(await runSimulation({ ...options, families: ['modern'] }, quiet))
    await server.close()
    expect(runs.flatMap(idsOf)).toEqual([])
    expect(runs[0]?.requests).toBe(runs[1]?.requests)
  })

  test('holds the whole population afterwards when it is to be kept', async () => {
    const server = await startServer()
    const options = { url: server.tenantUrl, tokens: bearer('t'), users: 12, groups: 4, seed: 1, parallel: 8, timeoutMs: 60_000 }
    const lines: string[] = []
    const result = await runSimulation({ ...options, families: ['modern'], keep: true }, (line) => lines.push(line))
    const answer = await fetch(`${server.tenantUrl}/Users?count=1`, { headers: { authorization: 'Bearer t' } })
    await server.close()
    expect(result).toMatchObject({ failures: 0, objections: [] })
    expect(await answer.json()).toMatchObject({ totalResults: 12 })
    expect(lines.map((line) => line.split(':')[0])).toEqual(
      ['test connection', 'discovery', 'initial cycle'].map((x) => `modern  ${x}`),
    )
  })

  test('that holds what an interrupted run left behind is said to', async () => {
    const server = await startServer({ alter: ({ next, request }) => (request.method === 'DELETE' ? answer(204) : next()) })
    const options = { url: server.tenantUrl, tokens: bearer('t'), users: 10, groups: 4, seed: 1, parallel: 8, timeoutMs: 60_000 }
    const lines: string[] = []
    await runSimulation({ ...options, families: ['legacy'] }, quiet)
    await runSimulation({ ...options, families: ['legacy'] }, (line) => lines.push(line))
    await server.close()
    expect(lines.find((line) => line.startsWith('legacy  initial cycle'))).toMatch(/; \d+ resources were there already/)
  })

  test('may throttle as long as it says for how many seconds', async () => {
    let requests = 0
    const result = await simulate(
      { alter: ({ next }) => (requests++ % 5 === 0 ? refusal(429, undefined, { 'retry-after': '0' }) : next()) },
      {},
    )
    expect(result.objections).toEqual([])
    expect(result.failures).toBe(0)
    expect(result.throttled).toBeGreaterThan(50)
  })

  test('that loses the answer to a POST is matched by the repeated POST', async () => {
    const dropping = DEFECTS.find(({ raises }) => raises.includes('connection-lost'))
    const result = await simulate(dropping, {})
    expect(idsOf(result)).toEqual(['connection-lost'])
    expect(result.failures).toBe(1)
  })

  test('is not started with when Test Connection fails', async () => {
    const result = await simulate({ alter: () => refusal(401) }, { families: ['legacy', 'modern'] })
    expect(result).toMatchObject({ requests: 2, failures: 2 })
  })
})

describe('a server with one defect', () => {
  test.each(DEFECTS)('that $name is objected to: $raises', async (defect) => {
    // Only a server that hangs is waited for so briefly: a busy machine must not look like one.
    const timeoutMs = defect.raises.includes('time-out') ? 500 : 60_000
    const result = await simulate(defect, { families: [defect.family ?? 'legacy'], timeoutMs })
    expect(idsOf(result)).toEqual(expect.arrayContaining([...defect.raises]))
  })

  test('every objection is raised by some defect', () => {
    const raised = new Set(DEFECTS.flatMap(({ raises }) => raises))
    expect(Object.keys(OBJECTIONS).filter((id) => !raised.has(id as keyof typeof OBJECTIONS))).toEqual([])
  })

  test('is reported with an example that names no person and no token', async () => {
    const defect = DEFECTS.find(({ raises }) => raises.includes('filter-misses'))
    const result = await simulate(defect, {})
    const [objection] = result.objections
    expect(objection?.clause).toBe('entra 1.5')
    expect(objection?.example).toBe('GET /Users?filter=externalId eq "…" -> 200')
    expect(JSON.stringify(result)).not.toContain('a-token')
  })
})
