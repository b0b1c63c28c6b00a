import { parseAttributePath, printPath } from '../scim/schema/attribute-path'
import { invalidValue } from '../scim/errors'
import { subAttributeNamed, type Attribute, type ResourceType } from '../scim/schema/schema'
import { ENTERPRISE_URN } from '../scim/schema/schemas'
import { isStored } from '../scim/schema/value'
import type { MatchingSetting, TenantTypes } from './tenant'

/** A matching attribute as people name it. */
export type MatchingChoice = Pick<MatchingSetting, 'type' | 'path'>

export const MAX_MATCHING = 10
/** What follows from other rows than the document. */
const NOT_STORED = ['schemas', 'members.type', 'members.display']
const INDEXABLE: readonly Attribute['type'][] = ['string', 'boolean', 'integer', 'decimal', 'reference']
/** Indexed for every tenant. */
const INDEXED_ANYWAY: Readonly<Record<MatchingSetting['type'], readonly string[]>> = {
  User: ['userName', 'externalId', 'emails.value', `${ENTERPRISE_URN}:manager.value`],
  Group: ['displayName', 'externalId', 'members.value'],
}

/**
 * The matching attributes after people chose them: one that stays keeps its index, a new one has to be indexed first.
 * @throws ScimError invalidValue when a path names nothing that can be indexed, or there are more than 10
 */
export function chosenMatching(
  types: TenantTypes,
  held: readonly MatchingSetting[],
  choice: { readonly matching: readonly MatchingChoice[]; readonly now: string },
): MatchingSetting[] {
  const { matching, now } = choice
  if (matching.length > MAX_MATCHING) throw invalidValue(`A tenant may have at most ${MAX_MATCHING} matching attributes.`)
  const settings = matching.map(({ type, path: text }) => {
    const path = indexablePath(types[type], text)
    return held.find((one) => one.type === type && one.path === path) ?? { type, path, ready: false, since: now }
  })
  return settings.filter((one, i) => settings.findIndex(({ type, path }) => type === one.type && path === one.path) === i)
}

/**
 * The path in the schema's spelling; of a complex attribute its `value` (RFC 7643 section 2.4).
 * @throws ScimError invalidPath, or invalidValue when it names nothing that can be indexed
 */
export function indexablePath(type: ResourceType, text: string): string {
  const given = parseAttributePath(text, type)
  if (given.kind !== 'attribute') throw invalidValue(`No schema of ${type.name} has the attribute ${printPath(given)}.`)
  const sub = given.sub ?? subAttributeNamed(given.attribute, 'value')
  const path = printPath(sub === undefined ? given : { ...given, sub })
  if (INDEXED_ANYWAY[type.name].includes(path)) throw invalidValue(`${path} is indexed for every tenant and need not be named.`)
  const isWritten = [given.attribute, sub ?? given.attribute].every(isStored) && !NOT_STORED.includes(path)
  if (!isWritten || !INDEXABLE.includes((sub ?? given.attribute).type)) {
    throw invalidValue(`${path} cannot be a matching attribute: name one that clients write, of text, numbers or booleans.`)
  }
  return path
}
