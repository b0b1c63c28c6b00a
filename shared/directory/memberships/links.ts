import { lastPart, memberKey } from '../../storage/keys'
import { inParallel } from '../../storage/parallel'
import { prefixRange, type Range, type Row, type Table } from '../../storage/table'

export interface Member {
  readonly id: string
  readonly type: 'User' | 'Group'
}

/** Where memberships lie: `r` by whoever is a member, `m` by group (docs/decisions/0001-row-keys.md). */
type Side = 'r' | 'm'

/** What stands at the other end of each owner's memberships: groups of a member, members of a group. */
export type Links = ReadonlyMap<string, readonly Member[]>

export interface LinkOptions {
  /** Told of every page how many memberships of the owners it brought. What it throws ends the reading. */
  readonly count?: ((links: number) => void) | undefined
  /** The same from the other side, where that takes fewer pages: asked of neighbours when so many pages seem to be left. */
  readonly otherSide?: ((owners: readonly string[], pages: number) => Promise<Links> | undefined) | undefined
}

const PARALLEL_PARTS = 16
const PARALLEL_OWNERS = 64
/** A page that brings fewer owners, and other rows for the most part, is not worth its bytes. */
const FEW_OWNERS = 16
/** Parts are made so large that their rows fit a page, with some room. */
const ROOM = 0.9

const SELECT: Readonly<Record<Side, readonly string[]>> = { r: ['w'], m: ['k'] }

/**
 * The memberships of each owner that has one, in the order of the ids. One call when the owners' rows are neighbours and
 * fit a page, else as many pages as they fill, side by side; a call for each owner when they lie far apart.
 */
export async function linksOf(table: Table, side: Side, owners: readonly string[], options: LinkOptions = {}): Promise<Links> {
  const links = new Map<string, Member[]>()
  const reading = { table, side, links, ...options }
  await readSpan(reading, [...new Set(owners)].sort())
  return links
}

/**
 * Of the memberships of neighbours those in the groups, read from the groups' side: for each one a page, one more for each 1,000 of its
 * members between the first and the last of the neighbours.
 */
export async function linksAmong(
  table: Table,
  groups: Iterable<string>,
  { ids, count }: { readonly ids: readonly string[]; readonly count?: LinkOptions['count'] },
): Promise<Links> {
  const sorted = [...ids].sort()
  const links = new Map<string, Member[]>(sorted.map((id) => [id, []]))
  await inParallel([...groups], PARALLEL_OWNERS, async (group) => {
    const range = { from: memberKey(group, sorted[0] ?? ''), before: `${memberKey(group, sorted.at(-1) ?? '')}!` }
    const members = await readRange({ table, side: 'm', count }, range)
    for (const { id } of members) links.get(id)?.push({ id: group, type: 'Group' })
  })
  return links
}

/** Counts up to the limit; beyond, it throws what is made. */
export function limitOf(limit: number, beyond: () => Error): (links: number) => void {
  let counted = 0
  return (links) => {
    counted += links
    if (counted > limit) throw beyond()
  }
}

interface Reading extends LinkOptions {
  readonly table: Table
  readonly side: Side
  readonly links: Map<string, Member[]>
}

/** The owners are sorted. */
async function readSpan(reading: Reading, owners: readonly string[]): Promise<void> {
  const { table, side } = reading
  const [first, last] = [owners[0], owners.at(-1)]
  if (first === undefined || last === undefined) return
  if (first === last) return readOwner(reading, first)
  const range = { from: `${side}!${first}`, before: prefixRange(`${side}!${last}`).before }
  const page = await table.page(range, { select: SELECT[side] })
  // Of the last owner on a full page some rows may be missing, and all of those behind.
  const reached = page.next === undefined ? undefined : ownerOf(page.rows.at(-1)?.key ?? '')
  const left = reached === undefined ? [] : owners.filter((owner) => owner >= reached)
  const read = new Set(owners.slice(0, owners.length - left.length))
  take(
    reading,
    page.rows.filter(({ key }) => read.has(ownerOf(key))),
  )
  if (left.length > 0) await readLeft(reading, left, { reached: read.size, isDense: isDense(page.rows, owners, read.size) })
}

function isDense(rows: readonly Row[], owners: readonly string[], reached: number): boolean {
  const wanted = new Set(owners)
  return reached >= FEW_OWNERS || 2 * rows.filter(({ key }) => wanted.has(ownerOf(key))).length > rows.length
}

async function readLeft(
  reading: Reading,
  left: readonly string[],
  { reached, isDense: areNeighbours }: { reached: number; isDense: boolean },
): Promise<void> {
  if (!areNeighbours) {
    await inParallel(left, PARALLEL_OWNERS, (owner) => readOwner(reading, owner))
    return
  }
  const instead = await reading.otherSide?.(left, left.length / Math.max(reached, 1))
  if (instead !== undefined) {
    for (const [owner, links] of instead) reading.links.set(owner, [...links])
    return
  }
  // An owner who fills a page alone says nothing of the others.
  const size = reached > 0 ? Math.max(1, Math.floor(reached * ROOM)) : Math.ceil(left.length / PARALLEL_PARTS)
  const parts = Array.from({ length: Math.ceil(left.length / size) }, (_, i) => left.slice(i * size, (i + 1) * size))
  await inParallel(parts, PARALLEL_PARTS, (part) => readSpan(reading, part))
}

/**
 * Up to a page in one call. What is left then is read side by side, in so few parts that each is likely to fit a page: ids are
 * random, so how far the first page came tells how many are behind it.
 */
async function readOwner(reading: Reading, owner: string): Promise<void> {
  const { table, side } = reading
  const range = prefixRange(`${side}!${owner}`)
  const page = await table.page(range, { select: SELECT[side] })
  const last = page.rows.at(-1)?.key
  if (page.next === undefined) {
    take(reading, page.rows)
    return
  }
  reading.count?.(page.rows.length)
  const parts = last === undefined ? [range] : partsBehind(last, range)
  const lists = await Promise.all(parts.map((part) => readRange(reading, part)))
  reading.links.set(owner, [...page.rows.map(linkOf), ...lists.flat()])
}

/** So many hex digits of an id are a whole number that keeps all of them. */
const DIGITS = 12
const IDS = 16 ** DIGITS

/** What is left of an owner's range behind the last key of its first page, in parts with about as many rows. */
function partsBehind(last: string, { from, before }: Range): Range[] {
  const reached = parseInt(last.slice(from.length, from.length + DIGITS), 16)
  const pages = (IDS - reached) / reached / ROOM
  const parts = Math.max(1, Math.min(Math.ceil(pages), PARALLEL_PARTS))
  const bounds = Array.from({ length: parts - 1 }, (_, i) => {
    const bound = reached + Math.floor(((IDS - reached) * (i + 1)) / parts)
    return from + bound.toString(16).padStart(DIGITS, '0')
  })
  return [`${last}!`, ...bounds].map((start, i) => ({ from: start, before: bounds[i] ?? before }))
}

async function readRange({ table, side, count }: Omit<Reading, 'links'>, range: Range): Promise<Member[]> {
  const links: Member[] = []
  let next: string | undefined
  do {
    const page = await table.page(range, { select: SELECT[side], ...(next !== undefined && { next }) })
    count?.(page.rows.length)
    for (const row of page.rows) links.push(linkOf(row))
    next = page.next
  } while (next !== undefined)
  return links
}

/** All rows of the owners in them. */
function take({ links, count }: Reading, rows: readonly Row[]): void {
  const memberships = rows.filter(({ key }) => key.split('!').length > 2) // else an anchor
  count?.(memberships.length)
  for (const row of memberships) {
    const held = links.get(ownerOf(row.key))
    if (held === undefined) links.set(ownerOf(row.key), [linkOf(row)])
    else held.push(linkOf(row))
  }
}

const ownerOf = (key: string) => key.split('!')[1] ?? ''

/** Rows of a member's side are of groups, and do not say it. */
function linkOf({ key, values }: Row): Member {
  return { id: lastPart(key), type: key.startsWith('r!') || values['k'] === 'g' ? 'Group' : 'User' }
}
