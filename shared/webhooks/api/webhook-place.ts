import * as z from 'zod'
import type { DirectoryContext } from '../../directory/context'
import { readPlace } from '../../feed/checkpoint'
import { readEndpoint, readerOf, type WebhookEndpoint } from '../endpoints'
import { liveSecrets, secretFacts } from '../secrets'
import { readWaiting } from '../waiting'
import { isoTime } from '../../api/page'
import { absent } from '../../api/problem'

export const webhookId = z.object({ webhook: z.string().max(64).describe('Its `id`') })

export const noSuchWebhook = () => absent('The tenant has no such webhook. GET /webhooks lists all.')

/** @throws Problem 404 */
export async function foundEndpoint({ table }: DirectoryContext, id: string): Promise<WebhookEndpoint> {
  const endpoint = await readEndpoint(table, id)
  if (endpoint === undefined || endpoint.state === 'removed') throw noSuchWebhook()
  return endpoint
}

/**
 * An endpoint as it is shown, with how far its reader is.
 * @throws Problem 404
 */
export async function openedEndpoint(directory: DirectoryContext, given: string | Omit<WebhookEndpoint, 'etag'>) {
  const endpoint = typeof given === 'string' ? await foundEndpoint(directory, given) : given
  const { id, url, label, events, state, isGone, created, by, secrets, begin } = endpoint
  const [place, waiting] = await Promise.all([readPlace(directory.table, readerOf(id)), readWaiting(directory.table, id)])
  const number = (name: string) => (place?.[name] === undefined ? undefined : Number(place[name]))
  const [deliveredMs, failingMs] = [number('delivered'), number('failing')]
  return {
    id,
    url,
    label,
    events,
    state: state === 'paused' ? 'paused' : failingMs === undefined ? 'active' : 'failing',
    gone: isGone,
    created,
    by,
    secrets: liveSecrets(secrets, directory.now()).map(secretFacts),
    ...(deliveredMs !== undefined && {
      delivered: { time: isoTime(deliveredMs), status: number('status') ?? 0, ms: number('ms') ?? 0 },
    }),
    ...(failingMs !== undefined && { failingSince: isoTime(failingMs) }),
    seq: place?.seq ?? begin,
    waiting: waiting.length,
  }
}
