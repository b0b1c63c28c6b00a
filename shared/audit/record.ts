import { randomBytes } from 'node:crypto'
import * as z from 'zod'
import { AUDIT, auditKey, LISTED_AUDIT } from '../storage/keys'
import type { Action, Row } from '../storage/table'
import { isAuditAction, type AuditAction } from './catalogue'
import { difference, type Facts } from './difference'

/** Who may have done something. */
export const AUDIT_BY = ['operator', 'link', 'product', 'cli', 'service'] as const

/** Who did something. */
export interface AuditBy {
  /** cli: a command of an operator. service: Rollcall itself, at the time that somebody set before. */
  readonly kind: (typeof AUDIT_BY)[number]
  /** Of an operator or a command the object id in Entra ID, of a link or key its own; absent for the service. */
  readonly id?: string
  /** Name of the operator, label of the link or key. */
  readonly name: string
}

/** What was done, without a secret and without a person's data: a person is named by id alone, which means nothing once erased. */
export interface AuditFact {
  /** What it was done to: the id of a token, a link, a person … */
  readonly subject?: string | undefined
  /** What people call it. */
  readonly label?: string | undefined
  readonly before?: Facts | undefined
  readonly after?: Facts | undefined
  /** Which tenant it is about, of a record in the table of tenants. */
  readonly tenant?: string | undefined
}

/** A record as it is kept. */
export interface AuditRecord extends AuditFact {
  /** Of the list that it stands in, the newest first. */
  readonly id: string
  /** ISO 8601, by the clock of the instance that did it. */
  readonly time: string
  /** Undefined: a newer version wrote it. */
  readonly action: AuditAction | undefined
  readonly by: Omit<AuditBy, 'kind'> & { readonly kind: AuditBy['kind'] | 'unknown' }
  /** The invocation of the function, which names its log lines; one for each run of a command. */
  readonly correlationId?: string | undefined
}

/** Makes the row of a record, for the transaction of the change that it tells of. */
export type Audit = (fact: AuditFact) => Action

/** The row, where there is somebody to record: what the service does by itself leaves none. */
export const recorded = (audit: Audit | undefined, fact: AuditFact): readonly Action[] =>
  audit === undefined ? [] : [audit(fact)]

/** Who does something, by the name that records of the feed tell, and what the audit keeps of it; absent where nobody asked for it now. */
export interface DoneBy {
  readonly by: string
  readonly audit?: Audit | undefined
}

interface Doing {
  readonly action: AuditAction
  readonly by: AuditBy
  readonly correlationId?: string
  readonly now: () => Date
}

/** For rows of a tenant's own table. */
export const auditor =
  (doing: Doing): Audit =>
  (fact) =>
    rowOf(AUDIT, doing, fact)

/** For rows of the table of tenants: what is done to a tenant from outside, and what holds for all of them. */
export const listAuditor =
  (doing: Doing): Audit =>
  (fact) =>
    rowOf(LISTED_AUDIT, doing, fact)

function rowOf(prefix: typeof AUDIT | typeof LISTED_AUDIT, { action, by, correlationId, now }: Doing, fact: AuditFact): Action {
  const { subject, label, tenant } = fact
  const time = now()
  const { before, after } = difference(fact.before, fact.after)
  const values = {
    action,
    time: time.toISOString(),
    byKind: by.kind,
    ...(by.id !== undefined && { byId: by.id }),
    byName: by.name,
    ...(correlationId !== undefined && { correlationId }),
    ...(tenant !== undefined && { tenant }),
    ...(subject !== undefined && { subject }),
    ...(label !== undefined && { label }),
    ...(before !== undefined && { before: JSON.stringify(before) }),
    ...(after !== undefined && { after: JSON.stringify(after) }),
  }
  // A transaction that is sent again after a lost answer stores the same row again, and fails for nothing.
  return { type: 'upsert', key: auditKey(prefix, time.getTime(), newId()), values }
}

let made = 0

/** 32 hex digits. Of one millisecond and instance the later one sorts before, as times do in keys. */
function newId(): string {
  made += 1
  return `${(0xffffffff - made).toString(16).padStart(8, '0')}${randomBytes(12).toString('hex')}`
}

const facts = z
  .string()
  .transform((text) => z.record(z.string(), z.unknown()).parse(JSON.parse(text)))
  .optional()
const stored = z.object({
  action: z.string(),
  time: z.string(),
  byKind: z.enum(AUDIT_BY).or(z.literal('unknown')).catch('unknown'), // a newer version may know more
  byId: z.string().optional(),
  byName: z.string(),
  correlationId: z.string().optional(),
  tenant: z.string().optional(),
  subject: z.string().optional(),
  label: z.string().optional(),
  before: facts,
  after: facts,
})

/** @throws ZodError when it is no row of an auditor */
export function auditRecordOf({ key, values }: Row): AuditRecord {
  const { action, byKind, byId, byName, ...rest } = stored.parse(values)
  const by = { kind: byKind, ...(byId !== undefined && { id: byId }), name: byName }
  return { id: key.split('!').slice(-2).join('-'), action: isAuditAction(action) ? action : undefined, by, ...rest }
}
