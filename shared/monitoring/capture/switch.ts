import { newWriteId } from '../../directory/identifiers'
import { outboxFact } from '../../directory/documents/record'
import type { Action } from '../../storage/table'
import { isCapturing, type Capture, type CapturedPerson } from '../../tenants/capture'
import { changeOne, type TenantStorage } from '../../tenants/registry'
import type { Tenant } from '../../tenants/tenant'
import type { TenantCache } from '../../tenants/tenant-cache'
import { eraseCaptured, eraseOld } from './captured-rows'
import { recorded, type DoneBy } from '../../audit/record'

interface SwitchParts {
  readonly storage: TenantStorage
  /** This instance knows at once, the others within 30 s. */
  readonly tenants: Pick<TenantCache, 'put'>
  readonly now: () => Date
}

const KEPT_MS = 24 * 3_600_000

/** Turns a capture on, in place of one that may be on already. Leaves the record capture.changed. Undefined: no such tenant. */
export function turnOn(
  parts: SwitchParts,
  tenant: Tenant,
  wanted: { readonly minutes: number; readonly person: CapturedPerson | undefined } & DoneBy,
): Promise<Tenant | undefined> {
  const { minutes, person, by, audit } = wanted
  const now = parts.now()
  const until = new Date(now.getTime() + minutes * 60_000).toISOString()
  const id = newWriteId(now.getTime())
  const capture = { id, by, since: now.toISOString(), until, ...(person !== undefined && { person }) }
  const told = { state: 'on', minutes, scope: person === undefined ? 'all' : 'person', by }
  const whom = person?.id === undefined ? {} : { person: person.id } // a userName would outlive an erasure
  return changed(parts, tenant, (current) =>
    current?.id === id
      ? undefined
      : {
          value: capture,
          beside: [
            recordOf(now, { ...told, ...whom }),
            ...recorded(audit, { after: { state: 'on', until, scope: told.scope, ...whom } }),
          ],
        },
  )
}

/** Ends the capture that is on, if any. Leaves the record capture.changed when there was one. */
export function turnOff(
  parts: SwitchParts,
  tenant: Tenant,
  ending: { readonly as: 'off' | 'full'; readonly id?: string } & DoneBy,
): Promise<Tenant | undefined> {
  const { as, by, audit, id } = ending
  const now = parts.now()
  return changed(parts, tenant, (current) => {
    if (!isCapturing(current, now.getTime()) || (id !== undefined && current.id !== id)) return undefined
    const records = [recordOf(now, { state: as, by }), ...recorded(audit, { before: { state: 'on' }, after: { state: as } })]
    return { value: { ...current, ended: as, until: now.toISOString() }, beside: records }
  })
}

/**
 * For the erasure of a person: everything captured goes, since any request may name anybody, and a capture of one person is
 * forgotten, whoever that is.
 */
export async function forgetCaptured(parts: SwitchParts, tenant: Tenant): Promise<void> {
  const now = parts.now()
  await changed(parts, tenant, (current) => {
    if (current?.person === undefined) return undefined
    return { value: null, beside: isCapturing(current, now.getTime()) ? [recordOf(now, { state: 'off', by: 'Rollcall' })] : [] }
  })
  await eraseCaptured(parts.storage.open(tenant.table))
}

/** What is older than a day goes: captured requests, and who was captured. One trip when there is nothing. */
export async function expireCaptured(parts: SwitchParts, tenant: Tenant): Promise<void> {
  const nowMs = parts.now().getTime()
  await eraseOld(parts.storage.open(tenant.table), nowMs)
  const isOver = (capture: Capture | null) => capture !== null && Date.parse(capture.until) < nowMs - KEPT_MS
  if (!isOver(tenant.settings.capture)) return
  await changed(parts, tenant, (current) => (isOver(current) ? { value: null, beside: [] } : undefined))
}

async function changed(
  parts: SwitchParts,
  tenant: Tenant,
  change: Parameters<typeof changeOne<'capture'>>[3],
): Promise<Tenant | undefined> {
  const saved = await changeOne(parts.storage, tenant, 'capture', change)
  if (saved !== undefined) parts.tenants.put(saved)
  return saved
}

function recordOf(now: Date, body: Readonly<Record<string, unknown>>): Action {
  return outboxFact({
    writeId: newWriteId(now.getTime()),
    type: 'capture.changed',
    id: 'capture',
    time: now.toISOString(),
    body,
  })
}
