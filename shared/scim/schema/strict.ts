import { shownWord } from './attribute-path'
import { invalidPath, invalidSyntax, invalidValue, type ScimError } from '../errors'
import { isObject, own, type Json, type JsonObject } from '../json'
import type { PatchOperation } from '../patch/operation'
import { parsePatchPath, type PatchPath } from '../patch/path'
import { attributeNamed, extensionNamed, type Attribute, type ResourceType } from './schema'
import { COMMON_ATTRIBUTES } from './schemas'

/**
 * Strict mode: what this service otherwise tolerates for the sake of clients is refused, as RFC 7643, RFC 7644 and the
 * interoperability profile (draft-zollner-scim-interop-profile) have it. That each operation of a PATCH has a path is a rule of the
 * profile; RFC 7644 section 3.5.2 allows none for add and replace. Entra ID's requests do not pass, whatever its flag: it updates people
 * without paths, and its groups name a schema of its own.
 */

/**
 * A POST or PUT body: `schemas` names what it uses, and every attribute is in a schema and of its type.
 * @throws ScimError invalidSyntax for names that no schema knows, invalidValue for values of another type
 */
export function checkStrictBody(type: ResourceType, body: JsonObject): void {
  checkSchemas(type, body)
  for (const [key, value] of Object.entries(body)) {
    const extension = extensionNamed(type, key)
    if (extension !== undefined) checkObject(extension.attributes, value, shownWord(key))
    else checkNamed([...type.schema.attributes, ...COMMON_ATTRIBUTES], key, value)
  }
}

/** RFC 7643 section 3: not empty, and only schemas of the resource type; here each that is used, too. */
function checkSchemas(type: ResourceType, body: JsonObject): void {
  const entry = Object.entries(body).find(([key]) => key.toLowerCase() === 'schemas')
  const listed = entry !== undefined && Array.isArray(entry[1]) ? entry[1] : []
  const urns = new Set(listed.map((urn) => (typeof urn === 'string' ? urn.toLowerCase() : '')))
  const known = [type.schema.id, ...type.extensions.map(({ id }) => id)]
  for (const urn of [type.schema.id, ...Object.keys(body).filter((key) => extensionNamed(type, key) !== undefined)]) {
    if (!urns.has(urn.toLowerCase())) throw invalidSyntax(`schemas must contain "${urn}".`)
  }
  if (![...urns].every((urn) => known.some((one) => one.toLowerCase() === urn))) {
    throw invalidSyntax(`schemas names a schema that ${type.endpoint} does not have.`)
  }
  if (urns.size < listed.length) throw invalidSyntax('schemas names a schema twice.')
}

/**
 * The operations of a PATCH: at least one, each with the path of a known attribute, and `remove` without value.
 * @throws ScimError invalidSyntax without operation or path and for unknown names in values, invalidPath for unknown names
 * in paths, invalidValue for a value that does not fit
 */
export function checkStrictPatch(type: ResourceType, operations: readonly PatchOperation[]): void {
  if (operations.length === 0) throw invalidSyntax('Operations must hold at least one operation.')
  for (const { op, path, value } of operations) {
    if (path === undefined)
      throw invalidSyntax(`The ${op} needs a path: the interoperability profile allows no PATCH without one.`)
    const target = parsePatchPath(path, type)
    checkPath(type, path, target)
    if (op === 'remove' && value !== undefined) throw invalidValue('A remove takes no value: name what to remove in its path.')
    if (op !== 'remove' && value !== undefined) checkPatchValue(type, target, value)
  }
}

function checkPath(type: ResourceType, text: string, { path }: PatchPath): void {
  const [name = ''] = text.split('[', 1)
  if (path.kind === 'unknown') throw invalidPath(`${shownWord(name)} is in no schema of ${type.name}.`)
  if (path.kind === 'attribute' && path.urn !== undefined && !name.includes(':')) {
    throw invalidPath(`${shownWord(name)} needs the URN of its schema before it: "${path.urn}:${name}".`)
  }
}

function checkPatchValue(type: ResourceType, { path, filter, sub }: PatchPath, value: Json): void {
  if (path.kind === 'unknown') return
  if (path.kind === 'extension') {
    const schema = extensionNamed(type, path.urn) ?? type.schema
    checkObject(schema.attributes, value, schema.id)
    return
  }
  const named = sub ?? path.sub
  if (named !== undefined) checkValue(named, value, `${path.attribute.name}.${named.name}`)
  else if (filter !== undefined) checkSingle(path.attribute, value, path.attribute.name)
  else checkValue(path.attribute, value, path.attribute.name)
}

function checkObject(attributes: readonly Attribute[], value: Json, where: string): void {
  if (value === null) return
  if (!isObject(value)) throw invalidValue(`${where} takes an object.`)
  for (const name of Object.keys(value)) checkNamed(attributes, name, own(value, name) ?? null)
}

function checkNamed(attributes: readonly Attribute[], name: string, value: Json, before = ''): void {
  const attribute = attributeNamed(attributes, name)
  if (attribute === undefined) throw unknownAttribute(before + name)
  if (attribute.mutability !== 'readOnly') checkValue(attribute, value, before + attribute.name)
}

const unknownAttribute = (name: string): ScimError =>
  invalidSyntax(`${shownWord(name)} is no attribute of the schema it stands in.`)

function checkValue(attribute: Attribute, value: Json, where: string): void {
  if (value === null) return
  if (Array.isArray(value) !== attribute.multiValued)
    throw invalidValue(`${where} takes ${attribute.multiValued ? 'a list' : 'one value, not a list'}.`)
  for (const element of Array.isArray(value) ? value : [value]) checkSingle(attribute, element, where)
  if (Array.isArray(value) && value.filter(isMarked).length > 1) throw invalidValue(`${where} takes one primary entry only.`)
}

/** RFC 7643 section 2.4: at most one of a list. */
const isMarked = (entry: Json) =>
  isObject(entry) && Object.entries(entry).some(([name, value]) => name.toLowerCase() === 'primary' && value === true)

const JSON_TYPE: Partial<Record<Attribute['type'], 'boolean' | 'number'>> = {
  boolean: 'boolean',
  integer: 'number',
  decimal: 'number',
}

/** Types whose JSON form is text are checked when the value is read. */
function checkSingle(attribute: Attribute, value: Json, where: string): void {
  const { type, subAttributes } = attribute
  if (type !== 'complex' && value !== null && typeof value === 'object')
    throw invalidValue(`${where} takes a simple value, no object.`)
  if (attribute.learnt) return
  if (type === 'complex') {
    if (!isObject(value)) throw invalidValue(`${where} takes an object.`)
    for (const name of Object.keys(value)) checkNamed(subAttributes ?? [], name, own(value, name) ?? null, `${where}.`)
    return
  }
  const wanted = JSON_TYPE[type]
  if (wanted !== undefined && typeof value !== wanted) throw invalidValue(`${where} takes a JSON ${wanted}.`)
}
