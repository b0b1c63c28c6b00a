import { noTarget } from '../errors'
import { isObject, own, type Json, type JsonObject } from '../json'
import type { Attribute, ResourceType } from '../schema/schema'
import { hasValue } from '../schema/value'
import { entriesOf } from './entries'

/**
 * Refuses entries that a request made of labels alone: `emails[type eq "work"].primary` without any work e-mail. Several operations
 * may make an entry, label by label and in any order, so it is told at their end. What was stored so before may stay.
 * @throws ScimError noTarget
 */
export function refuseEntriesWithoutValue(type: ResourceType, before: JsonObject, after: JsonObject): void {
  refuseIn(type.schema.attributes, before, after)
  for (const { id, attributes } of type.extensions) {
    const [held, next] = [own(before, id), own(after, id)]
    if (isObject(next)) refuseIn(attributes, isObject(held) ? held : {}, next)
  }
}

function refuseIn(attributes: readonly Attribute[], before: JsonObject, after: JsonObject): void {
  for (const attribute of attributes) {
    const next = attribute.multiValued && attribute.type === 'complex' ? own(after, attribute.name) : undefined
    const labels = entriesOf(next).filter((entry) => !hasValue(attribute, entry))
    if (labels.length === 0) continue
    const held = new Set(entriesOf(own(before, attribute.name)).map(unmarked))
    if (labels.some((entry) => !held.has(unmarked(entry))))
      throw noTarget(`No entry of ${attribute.name} is there to take this, and none is made without a value.`)
  }
}

/** An entry as a text, without the mark, which another one may have taken from it. */
const unmarked = (entry: Json) =>
  JSON.stringify(
    isObject(entry)
      ? Object.entries(entry)
          .filter(([name]) => name !== 'primary')
          .sort(([a], [b]) => (a < b ? -1 : 1))
      : entry,
  )
