import { derive, readPeoplePage } from '../../shared/access/read-access'
import type { DirectoryContext } from '../../shared/directory/context'
import { readBody } from '../../shared/directory/documents/record'
import { readDocument } from '../../shared/directory/documents/document'
import type { Policy } from '../../shared/roles/rules'
import { announcedKey, HEAD_KEY, lastPart, memberKey } from '../../shared/storage/keys'
import { prefixRange, type Row, type Table } from '../../shared/storage/table'
import { brokenInvariants, feedOf } from '../support/check-table'
import type { KnownPerson } from './directory-client'
import type { Delivery } from './receiver'

/** What has to hold once faults have ended and everything that follows from writes is done. */
export interface Ended {
  readonly context: DirectoryContext
  readonly table: Table
  readonly policy: Policy
  readonly people: readonly KnownPerson[]
  readonly groups: readonly string[]
  readonly deliveries: readonly Delivery[]
  readonly isQuiet: boolean
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))

export type Invariant = (ended: Ended) => Promise<readonly string[]>

/** docs/storage.md, rows of a tenant: userNames are unique, nothing dangles, each index row has its document, counts fit. */
const rowsFit: Invariant = async ({ table }) => {
  const people = (await table.all(prefixRange('u'))).map(readDocument).filter((document) => document !== undefined)
  const names = people.map(({ attributes }) => textOf(attributes['userName']).toLowerCase())
  return [
    ...names.filter((name, i) => names.indexOf(name) < i).map((name) => `two people are ${name}`),
    ...(await brokenInvariants(table)),
  ]
}

/** docs/storage.md, writes: what was acknowledged is there as it was acknowledged, and nobody else is. */
const acknowledgedIsThere: Invariant = async ({ table, people }) => {
  const wanted = new Map(people.filter(({ id }) => id !== undefined).map((person) => [person.id, person]))
  const held = (await table.all(prefixRange('u'))).map(readDocument).filter((document) => document !== undefined)
  const there = new Map(held.map((document) => [document.id, document.attributes]))
  const missing = [...wanted].flatMap(([id, { userName, active, mark }]) => {
    const is = there.get(String(id))
    const isRight = is?.['userName'] === userName && is['active'] === active && is['title'] === mark
    return isRight ? [] : [`${userName} should be active ${active} with ${mark} and is ${JSON.stringify(is)}`]
  })
  return [...missing, ...[...there.keys()].filter((id) => !wanted.has(id)).map((id) => `${id} is there and should not be`)]
}

/** docs/storage.md, writes: a membership that was acknowledged is there, one that was taken back is not. */
const membershipsFit: Invariant = async ({ table, people, groups }) => {
  const wanted = people.flatMap(({ id, groups: in_ }) => [...in_].map((group) => memberKey(group, String(id)))).toSorted()
  const held = (await Promise.all(groups.map((group) => table.all(prefixRange(`m!${group}`))))).flat().map(({ key }) => key)
  return wanted.join() === held.toSorted().join() ? [] : [`memberships ${held.join(' ')} instead of ${wanted.join(' ')}`]
}

/** docs/decisions/0005: every record has a number, dense, each once; nothing waits in the outbox and no tombstone is left. */
const feedIsDense: Invariant = async ({ table, isQuiet }) => {
  const feed = await feedOf(table)
  const head = Number((await table.get(HEAD_KEY))?.values['seq'] ?? 0)
  const gaps = feed.flatMap(({ key }, i) => (Number(lastPart(key)) === i + 1 ? [] : [`record ${i + 1} is ${key}`]))
  const writes = feed.map(({ values }) => String(values['w']))
  const twice = writes.filter((id, i) => writes.indexOf(id) < i).map((id) => `write ${id} has two numbers`)
  const waiting = (await table.all({ from: `${HEAD_KEY}0`, before: 'p"' })).map(({ key }) => `${key} has no number`)
  const graves = (await table.all(prefixRange('d'))).map(({ key }) => `${key} was not purged`)
  const ends = head === feed.length ? [] : [`the head says ${head} of ${feed.length}`]
  return [...gaps, ...twice, ...waiting, ...graves, ...ends, ...(isQuiet ? [] : ['the follower did not come to its end'])]
}

/** docs/storage.md, records: a copy that is made of the feed alone, in its order, is the directory. */
const feedMakesTheDirectory: Invariant = async ({ table, groups }) => {
  const copies = new Map<string, { title: unknown; revision: number }>()
  const members = new Set<string>()
  const wrong: string[] = []
  for (const record of await feedOf(table)) applyRecord(record, { copies, members, wrong })
  const held = (await table.all(prefixRange('u'))).map(readDocument).filter((document) => document !== undefined)
  const differing = held.flatMap(({ id, attributes, revision }) => {
    const copy = copies.get(id)
    const is = `${textOf(copy?.title)} ${copy?.revision}`
    return is === `${textOf(attributes['title'])} ${revision}` ? [] : [`the copy of ${id} is ${is}, revision ${revision}`]
  })
  const stored = (await Promise.all(groups.map((group) => table.all(prefixRange(`m!${group}`))))).flat().map(({ key }) => key)
  const living = new Set(held.map(({ id }) => id))
  const copied = [...members]
    .filter((key) => living.has(lastPart(key)))
    .toSorted()
    .join()
  if (copied !== stored.toSorted().join()) wrong.push(`the copy has the memberships ${copied}`)
  return [...wrong, ...differing, ...(copies.size === held.length ? [] : [`${copies.size} copies of ${held.length} people`])]
}

interface Copy {
  readonly copies: Map<string, { title: unknown; revision: number }>
  readonly members: Set<string>
  readonly wrong: string[]
}

function applyRecord(record: Row, copy: Copy): void {
  const { type, id } = record.values
  const body = readBody(record) as Body
  for (const member of body.members?.['added'] ?? []) copy.members.add(memberKey(String(id), member))
  for (const member of body.members?.['removed'] ?? []) copy.members.delete(memberKey(String(id), member))
  if (type === 'user.deleted') copy.copies.delete(String(id))
  if (type === 'user.created' || type === 'user.updated') applyToPerson(record, body, copy)
}

interface Body {
  readonly changes?: Readonly<Record<string, { readonly after?: unknown }>>
  readonly members?: Readonly<Record<string, readonly string[]>>
}

function applyToPerson({ key, values }: Row, { changes }: Body, { copies, wrong }: Copy): void {
  const id = String(values['id'])
  const revision = Number(values['v'])
  const before = copies.get(id) ?? { title: undefined, revision: 0 }
  if (revision !== before.revision + 1) wrong.push(`${key} is revision ${revision} behind ${before.revision}`)
  const title = changes?.['title']
  copies.set(id, { title: title === undefined ? before.title : title.after, revision })
}

/** docs/roles.md: once faults have ended, the role that was announced is the one that follows, and the feed's last word. */
const rolesConverge: Invariant = async ({ context, table, policy }) => {
  const { people } = await readPeoplePage(context, { after: '' }, 1000)
  const told = new Map<string, unknown>()
  for (const record of await feedOf(table))
    if (record.values['type'] === 'role.changed') told.set(String(record.values['id']), readBody(record)['after'])
  const announced = await table.all(prefixRange('o'))
  const wrong = people.flatMap((person) => {
    const { id } = person.document
    const { role } = derive(person, policy)
    const row = announced.find(({ key }) => key === announcedKey(id))?.values['role']
    return row === role && told.get(id) === role
      ? []
      : [`${id} is ${role}, announced ${String(row)}, told ${String(told.get(id))}`]
  })
  const gone = announced.filter(({ key }) => !people.some(({ document }) => announcedKey(document.id) === key))
  return [...wrong, ...gone.map(({ key }) => `${key} is left of somebody who is gone`)]
}

/** docs/webhooks.md: each record is delivered, those of one person in their order, repeats under the same id. */
const webhooksDeliver: Invariant = async ({ table, deliveries }) => {
  const feed = await feedOf(table)
  const subjects = new Map(feed.map(({ key, values }) => [Number(lastPart(key)), String(values['id'])]))
  const taken = new Set<number>()
  const ids = new Map<number, string>()
  const wrong: string[] = []
  for (const { seq, subject, webhookId, isTaken } of deliveries) {
    const before = [...subjects].find(([other, of]) => other < seq && of === subject && !taken.has(other))
    if (before !== undefined) wrong.push(`record ${seq} of ${subject} came before ${before[0]} was taken`)
    if ((ids.get(seq) ?? webhookId) !== webhookId) wrong.push(`record ${seq} came under two ids`)
    ids.set(seq, webhookId)
    if (isTaken) taken.add(seq)
  }
  const missing = [...subjects.keys()].filter((seq) => !taken.has(seq)).map((seq) => `record ${seq} was not delivered`)
  return [...wrong, ...missing]
}

export const INVARIANTS: Readonly<Record<string, Invariant>> = {
  rowsFit,
  acknowledgedIsThere,
  membershipsFit,
  feedIsDense,
  feedMakesTheDirectory,
  rolesConverge,
  webhooksDeliver,
}
