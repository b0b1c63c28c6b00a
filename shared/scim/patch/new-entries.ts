import { noTarget } from '../errors'
import { equalJson, isObject, own, type Json, type JsonObject } from '../json'
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
    const made = entriesOf(next).find((entry) => !hasValue(attribute, entry) && !isHeld(entry, own(before, attribute.name)))
    if (made !== undefined)
      throw noTarget(`No entry of ${attribute.name} is there to take this, and none is made without a value.`)
  }
}

/** Another entry may have taken the mark from it. */
function isHeld(entry: Json, held: Json | undefined): boolean {
  const unmarked = (one: Json) => (isObject(one) ? { ...one, primary: null } : one)
  return entriesOf(held).some((one) => equalJson(unmarked(one), unmarked(entry)))
}
