import { actionFacts } from '../../audit/catalogue'
import { readAudit } from '../../audit/read-audit'
import type { AuditRecord } from '../../audit/record'
import { foldCase } from '../../scim/fold'
import type { Table } from '../../storage/table'
import { bounded, labelOf, type FieldChange } from './field-changes'

/** One line of the activity that came of the audit. */
export interface AuditLine {
  /** Of the record. */
  readonly id: string
  readonly time: string
  readonly text: string
  readonly changes: readonly FieldChange[]
}

export interface AuditLines {
  /** Newest first. */
  readonly lines: readonly AuditLine[]
  /** Id of the last record that was looked at; undefined: none was. */
  readonly reached: string | undefined
  readonly isEnd: boolean
}

interface Wanted {
  /** False: what the feed tells of as well is left to the feed. */
  readonly all: boolean
  readonly isWanted: (record: AuditRecord) => boolean
  /** Part of a line, letter case apart; empty: all. */
  readonly search: string
  readonly limit: number
  readonly after: string | undefined
  /** Milliseconds since the epoch; from is included, before is not. */
  readonly from: number
  readonly before: number | undefined
}

/** Where lines are dropped. A record may have some 60 KB. */
const READ_AT_ONCE = 200
/** A page ends after so many, however few of them are wanted. */
const MAX_READ = 5000

/** Lines out of records, until there is one more than the limit. */
export async function readAuditLines(table: Table, { all, isWanted, search, limit, ...wanted }: Wanted): Promise<AuditLines> {
  const lines: AuditLine[] = []
  const text = foldCase(search)
  let reached = wanted.after
  const atOnce = all && text === '' ? limit + 1 : READ_AT_ONCE
  for (let looked = 0; looked < MAX_READ && lines.length <= limit; looked += atOnce) {
    const records = await readAudit(table, 'tenant', { ...wanted, after: reached, limit: atOnce })
    const told = records
      .filter(isWanted)
      .filter(({ action }) => all || action === undefined || actionFacts(action).isInFeed !== true)
    lines.push(...told.map(lineOf).filter((line) => text === '' || foldCase(line.text).includes(text)))
    reached = records.at(-1)?.id ?? reached
    if (records.length < atOnce) return { lines, reached, isEnd: true }
  }
  return { lines, reached, isEnd: false }
}

const MAX_LENGTH = 200

function lineOf({ id, time, action, by, label, before = {}, after = {} }: AuditRecord): AuditLine {
  const said = action === undefined ? 'did what this version of Rollcall does not know' : actionFacts(action).said
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  const changes = names.map((name) => ({
    attribute: name,
    label: labelOf(name),
    ...(before[name] !== undefined && { before: inWords(before[name]) }),
    ...(after[name] !== undefined && { after: inWords(after[name]) }),
  }))
  return { id, time, text: `${by.name} ${said}${label === undefined || label === '' ? '' : `: ${label}`}`, changes }
}

/** A list of names, or anything else as JSON. */
function inWords(value: unknown): string {
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return bounded(value.join(', '), MAX_LENGTH)
  return bounded(typeof value === 'string' ? value : JSON.stringify(value), MAX_LENGTH)
}
