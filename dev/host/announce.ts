import type { LocalOperators } from './operators'
import type { StartOptions } from './start-options'

interface Announced {
  readonly url: string
  readonly token: string
  readonly setupLink: string
}

const KEY = `{"label":"My product","scopes":["people:read","changes:read"]}`
const WEBHOOK = `{"url":"http://localhost:4000/"}`

/**
 * Says where everything is, and what to try next.
 * @param operators who may sign in here, unless the settings name a directory of operators
 */
export function announce(
  { url, token, setupLink }: Announced,
  operators: LocalOperators | undefined,
  { tenant, demo }: Pick<StartOptions, 'tenant' | 'demo'>,
): void {
  const header = `Authorization: Bearer ${token}`.replaceAll("'", `'\\''`)
  const { origin } = new URL(url)
  const consoleOrigin = new URL(setupLink).origin
  operators?.serve(consoleOrigin)
  console.log(`Rollcall is running; Ctrl-C stops it.

Tenant URL    ${url}
Secret Token  ${token}
Setup link    ${setupLink}
Operator      ${consoleOrigin}/console${operators === undefined ? '' : ' signs you in without a password'}
${demo ? DEMO : ''}
As Entra ID   curl -H '${header}' '${url}/Users'
${operators === undefined ? '' : operatorsCommands(`${origin}/api/manage`, operators.tokenUrl, tenant)}`)
}

const DEMO = `Demo          contoso and fabrikam work, northwind fails: its Secret Token has ended
`

/** What an operator does first for a product: keys and webhooks are made by commands that can be pasted one after the other. */
function operatorsCommands(manage: string, tokenUrl: string, tenant: string): string {
  const post = (what: string, body: string) =>
    `curl -H "$as_operator" -H 'Content-Type: application/json' -d '${body}' ${manage}/tenants/${tenant}/${what}`
  return `As operator   as_operator="Authorization: Bearer $(curl -s ${tokenUrl})"
              curl -H "$as_operator" ${manage}/tenants
Product key   ${post('product-keys', KEY)}
Webhook       ${post('webhooks', WEBHOOK)}
              then a receiver on port 4000: docs/webhooks.md
`
}
