import type { Page } from 'playwright-core'

export interface Picture {
  /** The file is docs/images/console-<name>.webp. */
  readonly name: string
  /** Behind the tenant. */
  readonly path: string
  /** A text that the page shows once it has loaded. */
  readonly ready: string
  readonly theme?: 'dark'
  readonly width?: number
  readonly height?: number
  readonly prepare?: (page: Page) => Promise<void>
}

const DIRECTORY = '5d1f0a52-7c1e-4b7e-9a54-0c6f2f3a7e11'
const SUBJECT = '9a7b3c1d-2e4f-4a6b-8c0d-1e2f3a4b5c6d'
const APPLICATION = 'c3b0a9f8-e7d6-4c5b-a493-827160594837'

/** Trusts an identity, and has an assertion refused that is of another one. */
async function refuseAssertion(page: Page): Promise<void> {
  const issuer = `https://login.microsoftonline.com/${DIRECTORY}/v2.0`
  await page.getByLabel('Select authentication method').selectOption('federation')
  await page.getByRole('button', { name: 'Trust an identity' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Issuer').fill(issuer)
  await dialog.getByLabel('Subject').fill(SUBJECT)
  await dialog.getByLabel('Audience').fill(`api://${APPLICATION}`)
  await dialog.getByRole('button', { name: 'Trust identity' }).click()
  await page.getByRole('table', { name: 'Trusted identities' }).waitFor()
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const seconds = Math.floor(Date.now() / 1000)
  const claims = { iss: issuer, aud: APPLICATION, tid: DIRECTORY, sub: '1c9e7a55-3b0d-4c8f-9e21-6a7b8c9d0e1f' }
  const times = { nbf: seconds - 60, exp: seconds + 3600 }
  const assertion = `${part({ alg: 'RS256', typ: 'JWT', kid: 'k' })}.${part({ ...claims, ...times })}.c2lnbmF0dXJl`
  await page.request.post(new URL('/oauth/contoso/token', page.url()).href, {
    form: {
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    },
  })
  await page.reload()
  await page.getByLabel('Select authentication method').selectOption('federation')
}

export const PICTURES: readonly Picture[] = [
  {
    name: 'connect',
    path: 'connect',
    ready: 'Shown this once',
    height: 860,
    prepare: (page) => page.getByRole('button', { name: 'Generate another token' }).click(),
  },
  { name: 'people', path: 'people', ready: 'Member of Fleet administrators', height: 820 },
  {
    name: 'person',
    path: 'people',
    ready: 'History',
    height: 860,
    prepare: (page) => page.getByRole('button', { name: 'Noah Visser' }).click(),
  },
  { name: 'roles', path: 'roles', ready: 'Fleet administrators', height: 1400 },
  { name: 'activity', path: 'activity', ready: 'Ana Ruiz: department', height: 900 },
  { name: 'administration', path: 'activity?kind=administration', ready: 'made a', height: 900 },
  { name: 'health', path: 'health', ready: 'department', height: 900 },
  { name: 'reports', path: 'reports', ready: 'NB-0412', theme: 'dark' },
  { name: 'phone', path: 'people', ready: 'Member of Fleet administrators', width: 400, height: 820 },
  // Last: the refusal would show on other pages.
  { name: 'sign-in', path: 'connect', ready: 'Differs', height: 1150, prepare: refuseAssertion },
]
