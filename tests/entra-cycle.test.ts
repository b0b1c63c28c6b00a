import { bearer } from '../dev/sign-in/token-source'
import { runSimulation } from '../dev/simulator/simulation'
import { brokenInvariants, settled } from './support/check-table'
import { startService, type TestService } from './support/service'

let service: TestService
beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())

test.each([
  ['legacy', 0],
  ['modern', 1],
] as const)(
  'Entra ID provisions 40 people and 6 groups in the %s PATCH family and has nothing to object',
  async (family, index) => {
    const tenant = service.tenant(index)
    const report: string[] = []
    const result = await runSimulation(
      {
        url: tenant.url,
        tokens: bearer(tenant.token),
        users: 40,
        groups: 6,
        seed: 1,
        parallel: 8,
        families: [family],
        timeoutMs: 60_000,
      },
      (line) => report.push(line),
    )
    expect(result).toMatchObject({ failures: 0, objections: [], throttled: 0, patchesInUnchangedCycle: 0 })
    expect(report.length).toBeGreaterThan(5)
    await settled(tenant.table())
    expect(await brokenInvariants(tenant.table())).toEqual([])
  },
  120_000,
)
