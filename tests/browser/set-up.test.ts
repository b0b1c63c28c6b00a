import type { Page } from 'playwright-core'
import { bearer } from '../../dev/sign-in/token-source'
import { runSimulation } from '../../dev/simulator/simulation'
import { expectNoViolations, expectNoViolationsIn } from './support/axe'
import { describeInBrowser } from './support/browser'
import { startConsole, type TestConsole } from './support/console'

/** A customer's admin who has a setup link and nothing else, and Entra ID as the simulator plays it. */
describeInBrowser('the first-time set-up', () => {
  let it: TestConsole
  let page: Page
  const asked: string[] = []

  beforeAll(async () => {
    it = await startConsole()
    page = await it.newPage({ permissions: ['clipboard-read', 'clipboard-write'] })
    page.on('request', (request) => asked.push(request.url()))
  })
  afterAll(() => it.stop())

  const copied = () => page.evaluate(() => navigator.clipboard.readText())
  const probe = (token: string) =>
    fetch(`${it.tenantUrl}/Users?filter=${encodeURIComponent('userName eq "4ba8e6c1-94f6-4b1d-9c27-8f1f1a3c5b0e"')}`, {
      headers: { authorization: `Bearer ${token}` },
    })

  test('leads from the setup link to a connected tenant in 4 actions, by visible labels alone', async () => {
    await page.goto(it.setupLink) // 1
    await page.getByRole('heading', { name: 'Connect', level: 1 }).waitFor()
    expect(page.url()).toBe(`${it.origin}/console/t/demo/connect`) // what signs in is not left in the address
    await page.getByRole('button', { name: 'Generate another token' }).click() // 2: npm start has made one of its own
    await page.getByLabel('Secret Token', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Copy Tenant URL' }).click() // 3
    const url = await copied()
    await page.getByRole('button', { name: 'Copy Secret Token' }).click() // 4
    const token = await copied()
    expect({ url, status: (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).status }).toEqual({
      url: it.tenantUrl,
      status: 501, // the address is right: nothing is asked for there
    })

    const { failures, objections } = await runSimulation(
      {
        url,
        tokens: bearer(token),
        users: 12,
        groups: 4,
        seed: 1,
        parallel: 4,
        families: ['modern'],
        timeoutMs: 60_000,
        keep: true,
      },
      () => undefined,
    )
    expect({ failures, objections }).toEqual({ failures: 0, objections: [] })
    await page.getByText('Connected').waitFor()
    await page.getByText(`with the token ending in ${token.slice(-4)}`).waitFor()
  })

  test('shows the token once: not after a reload, and nowhere in what is stored', async () => {
    const token = await page.getByLabel('Secret Token', { exact: true }).inputValue()
    await page.reload()
    await page.getByText(`The newest one ends in ${token.slice(-4)}.`).waitFor()
    expect(await page.content()).not.toContain(token)
    expect(
      await page.evaluate(() => JSON.stringify([Object.entries(sessionStorage), Object.entries(localStorage)])),
    ).not.toContain(token)
  })

  test('goes on with the next step once people are there', async () => {
    await page.getByRole('link', { name: 'Set up roles' }).waitFor()
    await page.getByText('100 % of people').first().waitFor()
  })

  test('says why Test Connection was refused, and turns back to connected', async () => {
    await probe('rc_not-a-token-of-this-tenant')
    await page.getByRole('alert').getByText('A request was refused').waitFor()
    await page.getByText('A token that this tenant never had was used').first().waitFor()
    await expectNoViolations(page)
  })

  test('rotates a token: both work meanwhile', async () => {
    await page.getByRole('button', { name: 'Rotate Entra ID' }).first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Generate new token' }).click()
    const fresh = await dialog.getByLabel('New Secret Token', { exact: true }).inputValue()
    expect((await probe(fresh)).status).toBe(200)
    await expectNoViolations(page)
    await dialog.getByRole('button', { name: 'Done' }).click()
    await page.getByText('Being replaced').waitFor()
  })

  test('revokes a token only after a word about what it ends', async () => {
    const name = `Revoke Entra ID ${new Date().toISOString().slice(0, 10)}`
    // The focus is back where it was before the dialog.
    await page.waitForFunction(() => document.activeElement?.textContent === 'Rotate')
    await page.getByRole('button', { name }).first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Revoke token' }).click()
    await dialog.getByText('This token was last used').waitFor() // by the probe of a moment ago
    await dialog.getByRole('button', { name: 'Revoke it all the same' }).click()
    await page.getByRole('status').getByText('Token revoked').waitFor()
    await page.getByText('Revoked', { exact: true }).waitFor()
  })

  test('works by keyboard alone', async () => {
    await page.reload()
    await page.getByRole('button', { name: 'Copy Tenant URL' }).waitFor()
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the page')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.closest('main') !== null)).toBe(true)
  })

  test.each(['light', 'dark'] as const)('has nothing that axe objects to in %s, wide and narrow', async (colorScheme) => {
    await expectNoViolationsIn(page, colorScheme)
  })

  test('asks nobody but the service', () => {
    expect(asked.length).toBeGreaterThan(10)
    expect(asked.filter((url) => new URL(url).origin !== it.origin)).toEqual([])
  })

  test('a link that was used up or forged says so, and shows nothing', async () => {
    const other = await it.newPage()
    await other.goto(`${it.setupLink.slice(0, -3)}xyz`)
    await other.getByText('This setup link does not work').waitFor()
    await other.getByRole('heading', { name: 'Sign in' }).waitFor()
    await expectNoViolations(other)
    // The right one, put into the address of the very same tab.
    await other.evaluate((link) => {
      location.assign(link)
    }, it.setupLink)
    await other.getByRole('heading', { name: 'Connect', level: 1 }).waitFor()
    expect(other.url()).toBe(`${it.origin}/console/t/demo/connect`)
    await other.context().close()
  })

  test('a link that does not work leaves the session alone that was there before', async () => {
    await page.evaluate(() => {
      location.hash = '#link=rcl_demo.1.00.x'
    })
    await page.getByText('This setup link does not work').waitFor()
    await page.getByRole('button', { name: 'Go on with the session of before' }).click()
    await page.getByRole('heading', { name: 'Connect', level: 1 }).waitFor()
  })

  test('says ten minutes before the session ends that it does', async () => {
    const other = await it.newPage()
    await other.clock.install()
    await other.goto(it.setupLink)
    await other.getByRole('heading', { name: 'Connect', level: 1 }).waitFor()
    await other.clock.fastForward('07:45:00')
    expect(await other.getByText('Your session ends soon').count()).toBe(0)
    await other.clock.fastForward('06:00')
    await other.getByText('Your session ends soon').waitFor()
    await other.context().close()
  })

  test('signs out, and a session that ended says so', async () => {
    const ended = page.waitForResponse((answer) => answer.request().method() === 'DELETE' && answer.url().endsWith('/session'))
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByText('You are signed out.').waitFor()
    expect((await ended).status()).toBe(204)
    await page.goto(it.setupLink)
    await page.getByRole('heading', { name: 'Connect', level: 1 }).waitFor()
    await page.evaluate(() => {
      sessionStorage.setItem('rollcall.session', JSON.stringify({ token: 'rcs_demo.1.00.00.x' }))
    })
    await page.getByText('Your session has ended').waitFor() // the page asks each few seconds how the connection is
  })
})
