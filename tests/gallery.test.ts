import { runGallery } from '../dev/gallery/gallery'
import type { TokenSource } from '../dev/sign-in/token-source'
import type { TestTenant } from './support/service'
import { customerWithWays, startSignInWorld, type SignInWorld } from './support/signed-in'

let world: SignInWorld
beforeAll(async () => {
  world = await startSignInWorld()
})
afterAll(() => world.close())

/** Runs all of it, and looks that the tenant is left as it was. The rows that did not pass. */
async function notPassed({ url, slug }: TestTenant, tokens: TokenSource) {
  const { findings, left, tally } = await runGallery({ url, tokens, seconds: 2, without: [], timeoutMs: 60_000 }, () => undefined)
  expect([left, tally.objections, tally.throttled]).toEqual([[], [], 0])
  for (const kind of ['people', 'groups']) {
    expect((await world.service.operator('GET', `/tenants/${slug}/${kind}`)).body).toMatchObject({ items: [] })
  }
  return findings.filter(({ result }) => result !== 'passed').map(({ requirement, result }) => [requirement, result])
}

test('Rollcall passes what the gallery asks for by a Secret Token', async () => {
  const customer = await customerWithWays(world, 0)
  expect(await notPassed(customer.tenant, customer.bearer())).toEqual([
    ['Validate_Credentials_Test', 'not applicable'],
    ['Federated_Identity_Test', 'not applicable'],
  ])
}, 120_000)

test('by client credentials', async () => {
  const customer = await customerWithWays(world, 1)
  expect(await notPassed(customer.tenant, await customer.withSecret())).toEqual([['Federated_Identity_Test', 'not applicable']])
}, 120_000)

test('by workload identity federation', async () => {
  const customer = await customerWithWays(world, 2)
  expect(await notPassed(customer.tenant, await customer.federated())).toEqual([['Validate_Credentials_Test', 'not applicable']])
}, 120_000)
