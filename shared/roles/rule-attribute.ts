import { ScimError } from '../scim/errors'
import { parseAttributePath, printPath } from '../scim/schema/attribute-path'
import type { ResourceType } from '../scim/schema/schema'
import type { AttributeRule } from './rules'

/**
 * The attribute that a rule may look at, named by the text as a client names it: `department`, `urn:…:User:department`. Else why it
 * may not, as the end of a sentence about it. A reason shows the value, so one that is sensitive or never returned is not allowed.
 */
export function ruleAttribute(type: ResourceType, text: string): Pick<AttributeRule, 'attribute' | 'caseExact'> | string {
  const path = parsed(type, text)
  if (path?.kind !== 'attribute') return NOT_KNOWN
  const { attribute, sub } = path
  if (attribute.sensitive === true || attribute.returned === 'never')
    return 'is kept out of what people are shown, and a rule would show its value in the reason. Choose another attribute'
  if (sub !== undefined || attribute.type !== 'string' || attribute.multiValued)
    return (path.urn === undefined && INSTEAD.get(attribute.name)) || NOT_ONE_TEXT
  if (attribute.mutability === 'readOnly') return 'is never sent by the directory. Choose an attribute that it sends'
  return { attribute: printPath(path), caseExact: attribute.caseExact }
}

const NOT_KNOWN =
  'is no attribute of people here. Declare it first, or let Entra ID send it once; an extension attribute is named with its URN'

const NOT_ONE_TEXT = 'is not one text. Map what you need to an attribute that holds one text, such as userType'
/** Of attributes for which there are rules of another kind. */
const INSTEAD: ReadonlyMap<string, string> = new Map([
  ['roles', 'has several values. Make a rule for an app role'],
  ['groups', 'has several values. Make a rule for a group'],
])

function parsed(type: ResourceType, text: string) {
  try {
    return parseAttributePath(text, type)
  } catch (error) {
    if (error instanceof ScimError) return undefined
    throw error
  }
}
