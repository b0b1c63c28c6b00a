import type { Item } from '../../api/client'

export type Webhook = Item<'listWebhooks'>

/** Types of records, as docs/webhooks.md and docs/product-api.md name them. */
export const EVENTS: readonly { readonly type: string; readonly words: string }[] = [
  { type: 'role.changed', words: 'A person has another access role' },
  { type: 'user.created', words: 'A person was provisioned' },
  { type: 'user.updated', words: 'Attributes of a person changed, active included' },
  { type: 'user.deleted', words: 'A person was deleted' },
  { type: 'group.created', words: 'A group was provisioned' },
  { type: 'group.updated', words: 'A group or its members changed' },
  { type: 'group.deleted', words: 'A group was deleted' },
  { type: 'lock.changed', words: 'A role was locked or unlocked' },
  { type: 'person.released', words: 'A person who was held back was released' },
  { type: 'person.replaced', words: 'Somebody new has the userName of an inactive person' },
  { type: 'person.unlinked', words: 'What the earlier holder of a userName had of groups ended' },
  { type: 'person.erased', words: 'A person was erased: erase them too' },
  { type: 'product.linked', words: "Your product's id of a person was set" },
  { type: 'product.unlinked', words: "Your product's id of a person was taken off" },
  { type: 'rules.saved', words: 'Roles or rules were saved' },
  { type: 'routes.saved', words: 'Routes to other tenants were saved' },
  { type: 'person.adopted', words: 'A person is managed by the super tenant now' },
  { type: 'group.adopted', words: 'A group is managed by the super tenant now' },
  { type: 'token.expiring', words: 'A Secret Token ends soon' },
  { type: 'health.changed', words: 'The health of the connection changed' },
  { type: 'equipment.held', words: 'A person was given equipment' },
  { type: 'equipment.returned', words: 'A person gave equipment back' },
  { type: 'equipment.report', words: 'The report of disabled people who hold equipment' },
  { type: 'capture.changed', words: 'Somebody began or ended to capture requests' },
]

export const ALL = '*'

export const sayEvents = (events: readonly string[]) => (events.includes(ALL) ? 'All types' : events.join(', '))

export const nameOf = ({ label, url }: Pick<Webhook, 'label' | 'url'>) => (label === '' ? url : label)

const REASONS: Readonly<Record<string, string>> = {
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
