import type { Page } from 'playwright-core'
import { expectNoViolations } from './axe'
import type { TestConsole } from './console'

/** The section of demo's settings, as whoever has the link sees it. */
export async function openSettings(it: TestConsole, link: string, section: string, width = 1280): Promise<Page> {
  const page = await it.newPage({ width })
  await page.goto(link)
  await page.getByRole('heading', { name: 'Connect', exact: true }).waitFor()
  await page.goto(`${it.origin}/console/t/demo/settings`)
  await page.getByRole('link', { name: section, exact: true }).click()
  return page
}

/** Waits until it is said that something was done. */
export const said = (page: Page, text: string) => page.getByRole('status').getByText(text).waitFor()

export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await expectNoViolations(page)
  }
}
