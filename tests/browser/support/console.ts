import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { send, type Answer } from '../../support/service'
import { SIGN_IN_CLIENT, SIGN_IN_TENANT, startIssuer, type TestIssuer } from '../../support/issuer'
import { launchBrowser } from '../../../dev/browser/launch'
import { startRunning, type Running } from '../../../dev/browser/running'

/** A machine may be slow; what is not there by then does not come. */
const MAX_WAITING_MS = 60_000

/** The service with an issuer at which operators sign in, and a browser beside it. */
export interface TestConsole extends Running {
  readonly browser: Browser
  readonly issuer: TestIssuer
  /** The management API, as an operator with the role Admin. */
  readonly manage: (method: string, path: string, body?: unknown) => Promise<Answer>
  /** SCIM of the tenant demo. */
  readonly scim: (method: string, path: string, body?: unknown) => Promise<Answer>
  /** A browser of its own for somebody: nobody else's session is in it. */
  readonly newPage: (options?: BrowserContextOptions & { readonly width?: number; readonly height?: number }) => Promise<Page>
  /** A new setup link of the tenant. */
  readonly link: (role: 'admin' | 'reader', label: string, tenant?: string) => Promise<string>
  /** Signs an operator in, who then sees the path. */
  readonly signIn: (page: Page, path?: string, claims?: Readonly<Record<string, unknown>>) => Promise<void>
}

/** How each test of the console starts. Settings of the service may be given by name. */
export async function startConsole(settings: Readonly<Record<string, string>> = {}): Promise<TestConsole> {
  const issuer = await startIssuer()
  const signInSettings = { SIGN_IN_TENANT_ID: SIGN_IN_TENANT, SIGN_IN_CLIENT_ID: SIGN_IN_CLIENT, SIGN_IN_ISSUER: issuer.issuer }
  const [running, browser] = await Promise.all([startRunning({ ...signInSettings, ...settings }), launchBrowser()])
  issuer.signIn.redirectUris.add(`${running.origin}/console`) // as docs/operations.md registers it
  const operator = await issuer.token()
  const json = { 'content-type': 'application/json' }
  const manage: TestConsole['manage'] = (method, path, body) =>
    send(`${running.origin}/api/manage${path}`, {
      method,
      body,
      headers: { authorization: `Bearer ${operator}`, ...(body !== undefined && json) },
    })
  return {
    ...running,
    browser,
    issuer,
    manage,
    scim: (method, path, body) =>
      send(running.tenantUrl + path, { method, body, headers: { authorization: `Bearer ${running.token}` } }),
    newPage: async ({ width = 1280, height = 900, ...options } = {}) => {
      const viewport = { width, height }
      const context = await browser.newContext({ viewport, reducedMotion: 'reduce', locale: 'en-GB', ...options })
      context.setDefaultTimeout(MAX_WAITING_MS)
      return context.newPage()
    },
    link: async (role, label, tenant = 'demo') =>
      String((await manage('POST', `/tenants/${tenant}/links`, { role, label })).body['url']),
    signIn: async (page, path = '/console', claims = {}) => {
      issuer.signIn.claims = claims
      await page.goto(running.origin + path)
      await page.getByRole('button', { name: 'Sign in with Entra ID' }).click()
    },
    stop: async () => {
      await browser.close()
      await running.stop()
      await issuer.close()
    },
  }
}
