import * as z from 'zod'
import type { Actor } from '../../api/actor'
import type { DirectoryContext } from '../../directory/context'
import { readCheckpoint } from '../../feed/lease'
import { changeEndpoint, consumerOf, readEndpoint, type WebhookEndpoint } from '../endpoints'
import { liveSecrets, secretFacts } from '../secrets'
import { readRetryQueues } from '../delivery-rows'
import { isoTime } from '../../api/page'
import { absent, readOnly } from '../../api/problem'
import type { Audit } from '../../audit/record'
import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'

export const webhookId = z.object({ webhook: z.string().max(64).describe('Its `id`') })

export const noSuchWebhook = () => absent('The tenant has no such webhook. GET /webhooks lists all.')

/** @throws Problem 404 */
export async function foundEndpoint({ table }: DirectoryContext, id: string): Promise<WebhookEndpoint> {
  const endpoint = await readEndpoint(table, id)
  if (endpoint === undefined || endpoint.state === 'removed') throw noSuchWebhook()
  return endpoint
}

/** On whose behalf an endpoint of the tenant is looked at or changed. */
export interface By {
  readonly directory: DirectoryContext
  readonly actor: Actor
}

export const ownerOf = ({ kind }: Actor): WebhookEndpoint['owner'] => (kind === 'operator' ? 'operator' : 'customer')

/**
 * What an operator made feeds the vendor's product: changed by a customer, the product would miss who was disabled.
 * @throws Problem 403
 */
function assertMayChange({ owner }: WebhookEndpoint, actor: Actor): void {
  if (owner === 'operator' && actor.kind !== 'operator') {
    throw readOnly('An operator of the service made this webhook, and only an operator may change it. Make one of your own.')
  }
}

/**
 * The endpoint, for somebody who is about to change it.
 * @throws Problem 403, 404
 */
export async function ownEndpoint({ directory, actor }: By, id: string): Promise<WebhookEndpoint> {
  const endpoint = await foundEndpoint(directory, id)
  assertMayChange(endpoint, actor)
  return endpoint
}

/**
 * Changes the endpoint as changeEndpoint does, if the actor may, with the audit's record of it.
 * @throws Problem 403, 404
 */
export async function changeOwnEndpoint(
  { directory, actor, audit }: By & { readonly audit: Audit },
  id: string,
  change: (current: WebhookEndpoint) => Partial<WebhookEndpoint>,
): Promise<WebhookEndpoint> {
  const checked = (current: WebhookEndpoint) => {
    assertMayChange(current, actor)
    return change(current)
  }
  const changed = await changeEndpoint(directory.table, id, checked, (was, is) => {
    const [before, after] = [auditedFacts(was), auditedFacts(is)]
    // Nothing differs: it was asked for what holds already, maybe by this very call, whose answer was lost.
    return isDeepStrictEqual(before, after) ? [] : [audit({ subject: id, label: is.label, before, after })]
  })
  if (changed === undefined) throw noSuchWebhook()
  return changed
}

/**
 * What the audit keeps of an endpoint. Path and query of an address may be its key, as those of a chat's are: a digest says whether they
 * are others.
 */
export function auditedFacts({ url, label, events, state, secrets, commands }: Omit<WebhookEndpoint, 'etag'>) {
  const { origin, pathname, search } = new URL(url)
  const address = createHash('sha256').update(`${pathname}${search}`).digest('hex').slice(0, 12)
  const signing = secrets.map(({ number }) => number)
  const { replayAfter, retry } = commands
  return { origin, address, label, events, state, secrets: signing, replayAfter, retry }
}

/** The query of an operator's address may hold a key, as that of an Azure Function does: no customer sees it. */
function shownUrl({ url, owner }: Pick<WebhookEndpoint, 'url' | 'owner'>, actor: Actor): string {
  const { origin, pathname, search } = new URL(url)
  return owner === 'customer' || actor.kind === 'operator' || search === '' ? url : `${origin}${pathname}?…`
}

/**
 * An endpoint as it is shown, with how far its consumer is.
 * @throws Problem 404
 */
export async function openedEndpoint({ directory, actor }: By, given: string | Omit<WebhookEndpoint, 'etag'>) {
  const endpoint = typeof given === 'string' ? await foundEndpoint(directory, given) : given
  const { id, label, events, state, isGone, created, by, owner, secrets, begin } = endpoint
  const [checkpoint, queues] = await Promise.all([
    readCheckpoint(directory.table, consumerOf(id)),
    readRetryQueues(directory.table, id),
  ])
  const number = (name: string) => (checkpoint?.[name] === undefined ? undefined : Number(checkpoint[name]))
  const [deliveredMs, failingMs] = [number('delivered'), number('failing')]
  return {
    id,
    url: shownUrl(endpoint, actor),
    label,
    events,
    state: state === 'paused' ? 'paused' : failingMs === undefined ? 'active' : 'failing',
    gone: isGone,
    created,
    by,
    owner,
    secrets: liveSecrets(secrets, directory.now()).map(secretFacts),
    ...(deliveredMs !== undefined && {
      delivered: { time: isoTime(deliveredMs), status: number('status') ?? 0, ms: number('ms') ?? 0 },
    }),
    ...(failingMs !== undefined && { failingSince: isoTime(failingMs) }),
    seq: checkpoint?.offset ?? begin,
    waiting: queues.length,
  }
}
