import type { DirectoryContext } from '../../directory/context'
import { limitOf } from '../../directory/memberships/links'
import { deletedIds } from '../../directory/documents/read'
import { readAccess, settledRoleOf } from '../../access/read-access'
import { findPeople, type FoundPerson, type PeoplePlace } from '../search-people'
import { isActive } from '../../roles/derive'
import type { Policy } from '../../roles/rules'
import { foldCase } from '../../scim/fold'
import type { Derived } from '../../access/person-view'

/** A page that filters leave nearly empty is answered after so many people, and its `next` goes on. */
const MAX_READ = 2000
const MAX_AT_ONCE = 1000
/** Of people in more groups together, half are taken at a time. */
const MAX_LINKS = 100_000

/** Whom a list shows. */
export interface Filters {
  readonly search: string
  readonly role?: string | undefined
  readonly status?: 'active' | 'disabled' | 'pending' | 'locked' | undefined
}

interface PageWanted extends Filters {
  readonly names: boolean
  readonly limit: number
  readonly from: PeoplePlace | undefined
}

/** A page of the people found whom the filters let through. */
export async function readPage(
  directory: DirectoryContext,
  policy: Policy,
  wanted: PageWanted,
): Promise<{ people: readonly Derived[]; next: PeoplePlace | undefined }> {
  const { search, names, limit, from } = wanted
  const isFiltered = wanted.role !== undefined || wanted.status !== undefined
  const atOnce = isFiltered ? filteredAtOnce(limit) : () => limit + 1
  const keep = keeper(directory, policy, wanted)
  const people: (Derived & FoundPerson)[] = []
  let read = 0
  for await (const step of findPeople(directory, { text: search, names, atOnce }, from)) {
    const { kept, left } = await keep(step.found)
    people.push(...kept)
    read += step.read
    if (people.length > limit) return { people: people.slice(0, limit), next: people[limit - 1]?.place }
    if (left.length > 0) return { people, next: step.found.at(-left.length - 1)?.place }
    if (read >= MAX_READ) return { people, next: step.reached }
  }
  return { people, next: undefined }
}

/** A filter that many pass is answered from few; what a rare role needs comes in few steps. */
const filteredAtOnce = (limit: number) => (read: number) =>
  read === 0 ? Math.max(100, 2 * limit) : Math.max(1, Math.min(MAX_AT_ONCE, MAX_READ - read))

type Keep = (found: readonly FoundPerson[]) => Promise<{ kept: (Derived & FoundPerson)[]; left: readonly FoundPerson[] }>

/**
 * Of the people found keeps those whom the filters let through, with role and groups: only who may have the role is looked at closer.
 * Some are left for another time when all are in too many groups.
 */
export function keeper(
  directory: DirectoryContext,
  policy: Policy,
  wanted: Omit<Filters, 'search'> & { allGroups?: boolean },
): Keep {
  const { role, status, allGroups = false } = wanted
  const folded = role === undefined ? undefined : foldCase(role)
  const given = new Set([policy.defaultRole, ...policy.rules.map((rule) => rule.role)].map(foldCase))
  const mayPass = (person: FoundPerson) => {
    if (status !== undefined && !HAS_STATUS[status](person)) return false
    if (folded === undefined) return true
    const settled = settledRoleOf(person.document)
    return settled === undefined ? given.has(folded) : foldCase(settled) === folded
  }
  let marks: Promise<ReadonlySet<string>> | undefined
  const deleted = () => (marks ??= deletedIds(directory.table))
  const keep: Keep = async (found) => {
    const asked = found.filter(mayPass)
    const documents = asked.map(({ document }) => document)
    const count = found.length > 1 ? limitOf(MAX_LINKS, () => new TooManyAtOnce()) : undefined
    try {
      const derived = await readAccess(directory, policy, documents, { allGroups, count, deleted })
      const people = asked.flatMap((person, i) => (derived[i] === undefined ? [] : [{ ...person, ...derived[i] }]))
      return { kept: people.filter((person) => folded === undefined || foldCase(person.role) === folded), left: [] }
    } catch (error) {
      if (!(error instanceof TooManyAtOnce)) throw error
    }
    const half = Math.ceil(found.length / 2)
    const { kept, left } = await keep(found.slice(0, half))
    return { kept, left: [...left, ...found.slice(half)] }
  }
  return keep
}

class TooManyAtOnce extends Error {}

const HAS_STATUS: Readonly<Record<NonNullable<Filters['status']>, (person: FoundPerson) => boolean>> = {
  active: ({ document }) => isActive(document.attributes) && document.access.staged !== true,
  disabled: ({ document }) => !isActive(document.attributes),
  pending: ({ document }) => isActive(document.attributes) && document.access.staged === true,
  locked: ({ document }) => document.access.lock !== undefined,
}
