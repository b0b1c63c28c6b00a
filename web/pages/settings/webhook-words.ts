import type { Item } from '../../api/client'
import type { TenantPage } from '../../shell/tenant'

export type Webhook = Item<'listWebhooks'>
export type Choice = Webhook['events'][number]

export const ALL = '*'

/** What an operator made feeds the vendor's product, and a customer only looks at it. */
export const mayChange = ({ isAdmin, isOperator }: TenantPage, { owner }: Webhook) =>
  isAdmin && (isOperator || owner === 'customer')

export const sayEvents = (events: readonly string[]) => (events.includes(ALL) ? 'All types' : events.join(', '))

export const nameOf = ({ label, url }: Pick<Webhook, 'label' | 'url'>) => (label === '' ? url : label)

const REASONS: Readonly<Record<string, string>> = {
  secret: 'The secret cannot sign any more: its root key is gone. Make a new secret and give it to the receiver.',
  address: 'The name leads to an address that is not public, and nothing is sent there.',
  name: 'The name of the receiver was not found. Check the URL and its DNS entry.',
  connection: 'No connection came about. Check that the receiver runs and lets connections in.',
  tls: 'The certificate of the receiver was not accepted. Check that it is valid for this name and sent with its chain.',
  timeout: 'No answer came within ten seconds. Answer first and do slow work afterwards.',
  status: 'The receiver answered, but not with 2xx, which alone counts as received.',
  redirect: 'The receiver answered with a redirect, which is not followed. Enter the address it leads to.',
}

/** Why a delivery failed, and what to do. */
export function sayFailure(error: string | undefined, status: number | undefined): string {
  if (error === 'status' && status !== undefined) return `The receiver answered ${status}. Only 2xx counts as received.`
  return REASONS[error ?? ''] ?? `The delivery failed (${error ?? 'no reason was given'}).`
}

/** What can be said of a URL before the API is asked; it knows more. */
export function wrongUrl(text: string): string | undefined {
  return URL.canParse(text) ? undefined : 'Enter a URL, such as https://product.example/hooks/rollcall.'
}
