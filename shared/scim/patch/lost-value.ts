import type { ScimError } from '../errors'
import type { Json } from '../json'
import { schemaNamed, shownWord } from '../schema/attribute-path'
import type { ResourceType } from '../schema/schema'
import { isUnassigned } from '../schema/value'

/**
 * Refuses a value whose path names a schema that has no such attribute: it would be dropped, and whoever sent it would not hear of
 * it. What is unassigned is no loss, and a path that names no schema is ignored as unknown.
 * @throws ScimError made by refuse
 */
export function refuseLostValue(
  type: ResourceType,
  { text, value }: { readonly text: string; readonly value: Json | undefined },
  refuse: (detail: string) => ScimError,
): void {
  const urn = schemaNamed(type, text)
  if (urn === undefined || saysNothing(value)) return
  const name = text.slice(urn.length + 1)
  if (name === '') throw refuse(`${type.endpoint} takes no attributes of "${urn}".`)
  throw refuse(
    `${shownWord(name)} is no attribute of "${urn}" for ${type.endpoint}, and could not be learnt. Correct the mapping, or declare the attribute.`,
  )
}

/** Null, empty text, and a list or object of nothing else. */
function saysNothing(value: Json | undefined): boolean {
  return isUnassigned(value) || (typeof value === 'object' && Object.values(value).every(isUnassigned))
}
