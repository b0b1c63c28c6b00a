import { Badge } from '../../ui/layout'
import type { Webhook } from './webhook-words'

export function WebhookState({ of: { state, gone } }: { readonly of: Webhook }) {
  if (state === 'active') return <Badge tone="success">Active</Badge>
  if (state === 'failing') return <Badge tone="danger">Failing</Badge>
  return <Badge tone="warning">{gone ? 'Paused: receiver answered 410' : 'Paused'}</Badge>
}
