import type { TokenSource } from '../dev/sign-in/token-source'
import { runSimulation } from '../dev/simulator/simulation'
import { brokenInvariants, settled } from './support/check-table'
import { customerWithWays, startSignInWorld, type SignInWorld } from './support/signed-in'

/** Entra ID's whole story by each method, and while a tenant moves from one to the next. */

let world: SignInWorld
beforeAll(async () => {
  world = await startSignInWorld()
})
afterAll(() => world.close())
jest.setTimeout(240_000)

const story = (url: string, tokens: TokenSource) =>
  runSimulation(
    { url, tokens, users: 25, groups: 4, seed: 1, parallel: 4, families: ['modern'], timeoutMs: 60_000 },
    () => undefined,
  )
const FLAWLESS = { failures: 0, objections: [], throttled: 0, patchesInUnchangedCycle: 0 }

test.each(['header', 'body'] as const)('by client credentials in the %s nothing fails', async (where) => {
  const customer = await customerWithWays(world, where === 'header' ? 0 : 1)
  const tokens = await customer.withSecret(where)
  expect(await story(customer.tenant.url, tokens)).toMatchObject(FLAWLESS)
  expect(tokens.refusals()).toBe(0)
})

test('by workload identity federation nothing fails, and the keys are asked for once', async () => {
  const customer = await customerWithWays(world, 2)
  const before = world.entra.keyRequests()
  const tokens = await customer.federated()
  expect(await story(customer.tenant.url, tokens)).toMatchObject(FLAWLESS)
  expect(tokens.refusals()).toBe(0)
  expect(world.entra.keyRequests() - before).toBeLessThanOrEqual(1)
})

/** One source after the other: the next from the given number of requests on, when `moved` has been told of it. */
function moving(
  steps: readonly { readonly tokens: TokenSource; readonly until: number }[],
  moved: (to: number) => Promise<void>,
) {
  let asked = 0
  let at = 0
  let move: Promise<void> = Promise.resolve()
  const source: TokenSource = {
    method: 'federation',
    token: async () => {
      asked += 1
      const now = steps.findIndex(({ until }) => asked <= until)
      if (now > at) {
        at = now
        move = moved(now)
      }
      await move
      return (steps[at]?.tokens ?? steps[0]?.tokens)!.token()
    },
    refused: (token) => steps[at]!.tokens.refused(token),
    refusals: () => steps.reduce((sum, { tokens }) => sum + tokens.refusals(), 0),
    fresh: () => steps[at]!.tokens.fresh(),
  }
  return { source, reached: () => at }
}

test('a tenant moves from a Secret Token to a secret and on to federation, and no request fails', async () => {
  const customer = await customerWithWays(world, 3)
  const { tenant, manage, path } = customer
  const [secret, trusted] = [await customer.withSecret(), await customer.federated()]
  const steps = [
    { tokens: customer.bearer(), until: 100 },
    { tokens: secret, until: 200 },
    { tokens: trusted, until: 300 },
    { tokens: trusted, until: Infinity },
  ]
  const { source, reached } = moving(steps, async (to) => {
    // Entra ID has gone on to the next method; requests of the one before may still be under way, so each is ended a step later.
    const answer =
      to === 2
        ? await manage('PATCH', `${path}?confirm=used`, { bearer: false })
        : to === 3
          ? await manage('DELETE', `${path}/secrets/${secret.id}?confirm=used`)
          : undefined
    if (answer !== undefined) expect(answer.status).toBeLessThan(300)
  })
  expect(await story(tenant.url, source)).toMatchObject(FLAWLESS)
  expect([source.refusals(), reached()]).toEqual([0, 3])
  expect((await tenant.send('GET', '/Users?count=0')).status).toBe(401)
  expect((await manage('GET', path)).body).toMatchObject({ bearer: { enabled: false }, secrets: [] })
  await settled(tenant.table())
  expect(await brokenInvariants(tenant.table())).toEqual([])
})
