import { LRUCache } from 'lru-cache'
import { setTimeout } from 'node:timers/promises'
import { own, isObject } from '../../scim/json'
import type { Table } from '../../storage/table'
import { isCapturing, type Capture } from '../../tenants/capture'
import type { Tenant } from '../../tenants/tenant'
import { capturedRequest, type AnsweredRequest } from './captured-request'
import { countCaptured, isFull, storeCaptured, type CapturedSize } from './captured-rows'
import { isPerson, namesOneOf, type Naming } from './names-person'
import { decoded, parsed } from './without-secrets'

/** Records a request and its answer when the capture is for it: one write at most. Never fails. */
export type Recorder = (request: AnsweredRequest, table: Table) => Promise<void>

/** Who records the requests of the tenant; undefined while no capture is on. Asks nothing of storage. */
export type RecorderFor = (tenant: Tenant) => Recorder | undefined

interface RecorderParts {
  /** A table that is counted apart from the request. */
  readonly open: (table: string) => Table
  /** Ends a capture that holds as much as it may. */
  readonly end: (tenant: Tenant, captureId: string) => Promise<void>
  readonly onFailure: (error: unknown) => void
  readonly now: () => Date
}

const MAX_CAPTURES = 1000
/** Other instances record requests too: what all have captured is counted again after so many. */
const COUNTED_EVERY = 25
/** A storage that hangs holds up no answer; the write goes on behind it. */
const MAX_AWAITED_MS = 1000
/** Ids of one person, who may come and go. */
const MAX_LEARNT = 20

/** What this instance knows of a capture. */
interface Held {
  captured: CapturedSize
  uncounted: number
  isEnded: boolean
  /** Ids that answers gave the person: who was not here when the capture began gets one. */
  readonly ids: Set<string>
}

/** Never after 401, when nobody knows who sent it, nor after 429, when the tenant sends more than it may. */
const isCapturable = ({ status }: AnsweredRequest) => status !== 401 && status !== 429

export function captureRecorder(parts: RecorderParts): RecorderFor {
  const captures = new LRUCache<string, Held>({ max: MAX_CAPTURES })
  const heldOf = (id: string): Held => {
    const held = captures.get(id) ?? {
      captured: { count: 0, units: 0 },
      uncounted: COUNTED_EVERY,
      isEnded: false,
      ids: new Set<string>(),
    }
    captures.set(id, held)
    return held
  }

  /** In the background: the answer does not wait for it. */
  async function countAll(tenant: Tenant, captureId: string, held: Held): Promise<void> {
    held.uncounted = 0
    held.captured = await countCaptured(parts.open(tenant.table))
    if (!isFull(held.captured) || held.isEnded) return
    held.isEnded = true
    await parts.end(tenant, captureId)
  }

  return (tenant) => {
    const { capture } = tenant.settings
    if (!isCapturing(capture, parts.now().getTime())) return undefined
    const held = heldOf(capture.id)
    if (held.isEnded) return undefined
    const captureOne = async (request: AnsweredRequest, table: Table) => {
      const units = await storeCaptured(table, capturedRequest(request, parts.now().toISOString()))
      held.captured = { count: held.captured.count + 1, units: held.captured.units + units }
      held.uncounted += 1
      if (held.uncounted >= COUNTED_EVERY || isFull(held.captured)) countAll(tenant, capture.id, held).catch(parts.onFailure)
    }
    return async (request, table) => {
      try {
        if (!isCapturable(request) || !isWanted(request, capture, held.ids)) return
        const writing = captureOne(request, table).catch(parts.onFailure)
        await Promise.race([writing, setTimeout(MAX_AWAITED_MS, undefined, { ref: false })])
      } catch (error) {
        parts.onFailure(error)
      }
    }
  }
}

function isWanted(request: AnsweredRequest, { person }: Capture, learnt: Set<string>): boolean {
  if (person === undefined) return true
  const text = request.body === undefined ? undefined : new TextDecoder().decode(request.body)
  const naming: Naming = {
    path: decoded(request.url.pathname),
    query: decoded(request.url.search),
    body: text === undefined ? undefined : (parsed(text) ?? text),
    answer: request.answer,
  }
  const isNamed = namesOneOf(naming, [person, ...[...learnt].map((id) => ({ id }))])
  const id = isPerson(request.answer, person) && isObject(request.answer) ? own(request.answer, 'id') : undefined
  if (typeof id === 'string' && learnt.size < MAX_LEARNT) learnt.add(id)
  return isNamed
}
