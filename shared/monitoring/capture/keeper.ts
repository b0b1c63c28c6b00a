import { LRUCache } from 'lru-cache'
import { setTimeout } from 'node:timers/promises'
import { own, isObject } from '../../scim/json'
import type { Table } from '../../storage/table'
import { isCapturing, type Capture } from '../../tenants/capture'
import type { Tenant } from '../../tenants/tenant'
import { keptRequest, type SeenRequest } from './kept-request'
import { countKept, isFull, keepRow, type Kept } from './kept-rows'
import { isPerson, namesOneOf, type Naming } from './names-person'
import { decoded, parsed } from './without-secrets'

/** Keeps a request and its answer when the capture is for it: one write at most. Never fails. */
export type Keep = (seen: SeenRequest, table: Table) => Promise<void>

/** How a request of the tenant is kept; undefined while no capture is on. Asks nothing of storage. */
export type Capturing = (tenant: Tenant) => Keep | undefined

interface KeeperParts {
  /** A table that is counted apart from the request. */
  readonly open: (table: string) => Table
  /** Ends a capture that holds as much as it may. */
  readonly end: (tenant: Tenant, captureId: string) => Promise<void>
  readonly onFailure: (error: unknown) => void
  readonly now: () => Date
}

const MAX_CAPTURES = 1000
/** Other instances keep requests too: what all have kept is counted again after so many. */
const COUNTED_EVERY = 25
/** A storage that hangs holds up no answer; the write goes on behind it. */
const MAX_AWAITED_MS = 1000
/** Ids of one person, who may come and go. */
const MAX_LEARNT = 20

/** What this instance knows of a capture. */
interface Held {
  kept: Kept
  uncounted: number
  isEnded: boolean
  /** Ids that answers gave the person: who was not here when the capture began gets one. */
  readonly ids: Set<string>
}

/** Never after 401, when nobody knows who sent it, nor after 429, when the tenant sends more than it may. */
const isKeepable = ({ status }: SeenRequest) => status !== 401 && status !== 429

export function keeper(parts: KeeperParts): Capturing {
  const captures = new LRUCache<string, Held>({ max: MAX_CAPTURES })
  const heldOf = (id: string): Held => {
    const held = captures.get(id) ?? {
      kept: { count: 0, units: 0 },
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
    held.kept = await countKept(parts.open(tenant.table))
    if (!isFull(held.kept) || held.isEnded) return
    held.isEnded = true
    await parts.end(tenant, captureId)
  }

  return (tenant) => {
    const { capture } = tenant.settings
    if (!isCapturing(capture, parts.now().getTime())) return undefined
    const held = heldOf(capture.id)
    if (held.isEnded) return undefined
    const keepOne = async (seen: SeenRequest, table: Table) => {
      const units = await keepRow(table, keptRequest(seen, parts.now().toISOString()))
      held.kept = { count: held.kept.count + 1, units: held.kept.units + units }
      held.uncounted += 1
      if (held.uncounted >= COUNTED_EVERY || isFull(held.kept)) countAll(tenant, capture.id, held).catch(parts.onFailure)
    }
    return async (seen, table) => {
      try {
        if (!isKeepable(seen) || !isWanted(seen, capture, held.ids)) return
        const keeping = keepOne(seen, table).catch(parts.onFailure)
        await Promise.race([keeping, setTimeout(MAX_AWAITED_MS, undefined, { ref: false })])
      } catch (error) {
        parts.onFailure(error)
      }
    }
  }
}

function isWanted(seen: SeenRequest, { person }: Capture, learnt: Set<string>): boolean {
  if (person === undefined) return true
  const text = seen.body === undefined ? undefined : new TextDecoder().decode(seen.body)
  const naming: Naming = {
    path: decoded(seen.url.pathname),
    query: decoded(seen.url.search),
    body: text === undefined ? undefined : (parsed(text) ?? text),
    answer: seen.answer,
  }
  const isNamed = namesOneOf(naming, [person, ...[...learnt].map((id) => ({ id }))])
  const id = isPerson(seen.answer, person) && isObject(seen.answer) ? own(seen.answer, 'id') : undefined
  if (typeof id === 'string' && learnt.size < MAX_LEARNT) learnt.add(id)
  return isNamed
}
