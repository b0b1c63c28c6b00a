import { setTimeout } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { describeInBrowser } from './support/browser'
import { startConsole, type TestConsole } from './support/console'

/** Pages are scripts that come when they are shown. */
describeInBrowser('scripts of pages', () => {
  let it: TestConsole
  beforeAll(async () => {
    it = await startConsole()
  })
  afterAll(() => it.stop())

  const heading = (page: Page, name: string) => page.getByRole('heading', { name, level: 1, exact: true })
  async function openPeople(page: Page): Promise<void> {
    await page.goto(it.setupLink)
    await heading(page, 'Connect').waitFor()
    await page.getByRole('link', { name: 'People' }).click()
  }

  test('one that comes late is waited for, and said to be on its way', async () => {
    const page = await it.newPage()
    let goOn: () => void = () => undefined
    const awaited = new Promise<void>((resolve) => (goOn = resolve))
    await page.route('**/assets/everyday-*.js', async (route) => {
      await awaited
      await route.continue()
    })
    await openPeople(page)
    await page.getByRole('main').getByText('Loading…').waitFor()
    goOn()
    await heading(page, 'People').waitFor()
  })

  test('one that is gone after an upgrade says so, and the console is loaded anew without signing in', async () => {
    const page = await it.newPage()
    await page.route('**/assets/everyday-*.js', (route) => route.fulfill({ status: 404 }))
    await openPeople(page)
    await page.getByText('This page could not be loaded').waitFor()
    await page.unrouteAll()
    await page.getByRole('button', { name: 'Load the console anew' }).click()
    await heading(page, 'People').waitFor()
  })

  /** On a busy machine what follows drawing comes late: here by a second and a half, and the script before it. */
  test('one that comes between drawing and what follows it is shown', async () => {
    const page = await it.newPage()
    await page.addInitScript(() => {
      const later = window.setTimeout.bind(window)
      window.requestAnimationFrame = (run) => later(run, 1500)
      window.setTimeout = ((run: () => void, ms = 0) => later(run, ms < 200 ? 1500 : ms)) as typeof window.setTimeout
    })
    await page.route('**/assets/operator-pages-*.js', async (route) => {
      await setTimeout(700)
      await route.continue()
    })
    await it.signIn(page)
    await heading(page, 'Tenants').waitFor()
  })
})
