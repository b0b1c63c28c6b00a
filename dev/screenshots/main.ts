import { mkdirSync, writeFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { SIGN_IN_CLIENT, SIGN_IN_TENANT, startIssuer } from '../../tests/support/issuer'
import { launchBrowser } from '../browser/launch'
import { startRunning, type Running } from '../browser/running'
import { CONTOSO } from '../demo/contoso'
import { administer, provision, sender } from '../demo/fill'
import { lockAndTell } from '../demo/story'
import { PICTURES, type Picture } from './pictures'
import { feedOthers, ROUTES } from './routes'
import { TENANTS } from './tenants'

const QUALITY = 0.85

/** The picture of what the page shows now, as WebP: Chromium writes it, so that no other program is needed. */
async function webp(browser: Browser, png: Buffer): Promise<Buffer> {
  const page = await browser.newPage()
  const base64 = await page.evaluate(
    async ([data, quality]) => {
      const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob())
      const canvas = new OffscreenCanvas(image.width, image.height)
      canvas.getContext('2d')?.drawImage(image, 0, 0)
      const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/webp', quality })).arrayBuffer())
      return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
    },
    [png.toString('base64'), QUALITY] as const,
  )
  await page.close()
  return Buffer.from(base64, 'base64')
}

interface Stage {
  readonly browser: Browser
  readonly service: Running
}

async function take(
  { browser, service }: Stage,
  page: Page,
  { name, path, ready, theme, width, height, prepare }: Picture,
): Promise<void> {
  await page.emulateMedia({ colorScheme: theme ?? 'light', reducedMotion: 'reduce' })
  await page.setViewportSize({ width: width ?? 1280, height: height ?? 800 })
  await page.goto(`${service.origin}/console/t/${service.slug}/${path}`)
  await prepare?.(page)
  await page.getByText(ready).first().waitFor()
  await page.locator('.skeleton').first().waitFor({ state: 'detached' })
  const png = await page.screenshot()
  const bytes = await webp(browser, png)
  writeFileSync(`docs/images/console-${name}.webp`, bytes)
  const [folder] = process.argv.slice(2)
  if (folder !== undefined) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(`${folder}/console-${name}.png`, png)
  }
  console.log(`docs/images/console-${name}.webp ${Math.round(bytes.length / 1024)} KiB`)
}

async function fill(service: Running): Promise<void> {
  const { token } = await sender(`${service.origin}/api/manage`, '')('POST', '/session', {
    link: service.setupLink.split('#link=')[1],
  })
  const manage = sender(`${service.origin}/api/manage/tenants/${service.slug}`, String(token))
  const scim = sender(service.tenantUrl, service.token)
  const ids = await provision(scim, CONTOSO)
  await administer(manage, CONTOSO, ids)
  await lockAndTell(manage, scim, ids)
}

/** With a folder as argument the pictures are written there as PNG as well, for whoever looks at them. */
async function main(): Promise<void> {
  const issuer = await startIssuer() // stands for the Entra ID of an operator, who connects tenants
  const service = await startRunning(
    { SIGN_IN_TENANT_ID: SIGN_IN_TENANT, SIGN_IN_CLIENT_ID: SIGN_IN_CLIENT, SIGN_IN_ISSUER: issuer.issuer },
    { slug: 'contoso' },
  )
  const browser = await launchBrowser()
  try {
    await fill(service)
    const page = await browser.newPage()
    await page.goto(service.setupLink)
    await page.getByRole('heading', { level: 1, name: 'Connect' }).waitFor()
    for (const picture of PICTURES) await take({ browser, service }, page, picture)
    const operator = sender(`${service.origin}/api/manage/tenants`, await issuer.token({ roles: ['Rollcall.Admin'] }))
    await feedOthers(operator, service.slug) // last: the other pictures are of a customer alone
    await take({ browser, service }, page, ROUTES)
    issuer.signIn.redirectUris.add(`${service.origin}/console`)
    await take({ browser, service }, await (await browser.newContext()).newPage(), TENANTS)
  } finally {
    await browser.close()
    await service.stop()
    await issuer.close()
  }
}

main().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 1
})
