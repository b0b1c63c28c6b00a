import { runGallery } from '../dev/gallery/gallery'
import { bearer } from '../dev/sign-in/token-source'
import { startService, type TestService } from './support/service'

let service: TestService
beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())

test('Rollcall passes what the gallery asks for, and is left as it was', async () => {
  const { url, token, send } = service.tenant()
  const { findings, left, tally } = await runGallery(
    { url, tokens: bearer(token), seconds: 2, without: [], timeoutMs: 60_000 },
    () => undefined,
  )
  expect(findings.filter(({ result }) => result !== 'passed').map(({ requirement, result }) => [requirement, result])).toEqual([
    ['Validate_Credentials_Test', 'not applicable'],
    ['Federated_Identity_Test', 'not applicable'],
  ])
  expect([left, tally.objections, tally.throttled]).toEqual([[], [], 0])
  for (const path of ['/Users', '/Groups']) expect((await send('GET', path)).body).toMatchObject({ totalResults: 0 })
}, 120_000)
