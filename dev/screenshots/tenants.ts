import type { Page } from 'playwright-core'
import type { Picture } from './pictures'

const LOOK_EVERY_MS = 2_000
/** The timer judges each minute. */
const LOOKS = 75

/** Signs an operator in and waits until the health of the customer, whom Entra ID has reached, and of the others has been judged. */
async function judged(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sign in with Entra ID' }).click()
  for (let looks = 0; looks < LOOKS; looks += 1) {
    await page.getByRole('table', { name: 'Tenants' }).waitFor()
    const [waiting, unreached] = [page.getByText('Not judged yet'), page.getByText('Never connected')]
    if ((await waiting.count()) === 0 && (await unreached.count()) < 3) return
    await page.waitForTimeout(LOOK_EVERY_MS)
    await page.reload()
  }
  throw new Error(`The health of a tenant was not judged within ${(LOOKS * LOOK_EVERY_MS) / 1000} s.`)
}

export const TENANTS: Picture = { name: 'tenants', path: '../../tenants', ready: 'All tenants', height: 520, prepare: judged }
