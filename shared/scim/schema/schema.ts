/** What a schema says of an attribute (RFC 7643 section 2.2 and 7). */
export interface Attribute {
  readonly name: string
  readonly type: 'string' | 'boolean' | 'decimal' | 'integer' | 'dateTime' | 'binary' | 'reference' | 'complex'
  readonly multiValued: boolean
  readonly description: string
  readonly required: boolean
  readonly caseExact: boolean
  readonly mutability: 'readOnly' | 'readWrite' | 'immutable' | 'writeOnly'
  readonly returned: 'always' | 'never' | 'default' | 'request'
  readonly uniqueness: 'none' | 'server' | 'global'
  readonly canonicalValues?: readonly string[]
  readonly referenceTypes?: readonly string[]
  readonly subAttributes?: readonly Attribute[]
  /** Nobody declared it: a client sent it under an extension URN. Any text, number or boolean is stored as it came. */
  readonly learnt?: true
  /** Its values stay out of change records, which say that it changed. Not a characteristic that /Schemas serves. */
  readonly sensitive?: true
}

/** A schema as /Schemas serves it (RFC 7643 section 7). */
export interface Schema {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly attributes: readonly Attribute[]
}

/** A kind of resource (RFC 7643 section 6). Extensions are never required. */
export interface ResourceType {
  readonly name: 'User' | 'Group'
  readonly endpoint: '/Users' | '/Groups'
  readonly description: string
  readonly schema: Schema
  readonly extensions: readonly Schema[]
  /** The tenant wants requests held to the letter: see strict.ts. */
  readonly strict?: true
}

const indexes = new WeakMap<readonly Attribute[], ReadonlyMap<string, Attribute>>()

/** The attribute of that name, without case (RFC 7643 section 2.1). */
export function attributeNamed(attributes: readonly Attribute[], name: string): Attribute | undefined {
  let index = indexes.get(attributes)
  if (index === undefined) {
    index = new Map(attributes.map((attribute) => [attribute.name.toLowerCase(), attribute]))
    indexes.set(attributes, index)
  }
  return index.get(name.toLowerCase())
}

/** The sub-attribute of that name, without case. */
export function subAttributeNamed(attribute: Attribute, name: string): Attribute | undefined {
  return attributeNamed(attribute.subAttributes ?? [], name)
}

const extensionIndexes = new WeakMap<readonly Schema[], ReadonlyMap<string, Schema>>()

/** The type's extension with that URN, without case. */
export function extensionNamed(type: ResourceType, urn: string): Schema | undefined {
  let index = extensionIndexes.get(type.extensions)
  if (index === undefined) {
    index = new Map(type.extensions.map((extension) => [extension.id.toLowerCase(), extension]))
    extensionIndexes.set(type.extensions, index)
  }
  return index.get(urn.toLowerCase())
}

/**
 * The type with one more attribute under that URN, as a new extension if need be. Unchanged when the name is taken there, unless
 * by one that was learnt with a single value and has several now.
 */
export function withExtensionAttribute(
  type: ResourceType,
  extension: Omit<Schema, 'attributes'>,
  attribute: Attribute,
): ResourceType {
  const held = extensionNamed(type, extension.id)
  if (held === undefined) return { ...type, extensions: [...type.extensions, { ...extension, attributes: [attribute] }] }
  const taken = attributeNamed(held.attributes, attribute.name)
  const widens = taken?.learnt === true && !taken.multiValued && attribute.multiValued
  if (taken !== undefined && !widens) return type
  const attributes =
    taken === undefined
      ? [...held.attributes, attribute]
      : held.attributes.map((one) => (one === taken ? { ...one, multiValued: true } : one))
  const grown = { ...held, attributes }
  return { ...type, extensions: type.extensions.map((one) => (one === held ? grown : one)) }
}

/**
 * The schemas of the types, each once: an extension of several types has the attributes of all. Where one type declares
 * what another has only learnt, the declared one stands.
 */
export function schemasOfTypes(types: readonly ResourceType[]): Schema[] {
  const byId = new Map<string, Schema>()
  for (const schema of types.flatMap((type) => [type.schema, ...type.extensions])) {
    const id = schema.id.toLowerCase()
    const held = byId.get(id)
    byId.set(id, held === undefined ? schema : { ...held, attributes: united(held.attributes, schema.attributes) })
  }
  return [...byId.values()]
}

function united(one: readonly Attribute[], other: readonly Attribute[]): Attribute[] {
  const preferred = one.map((attribute) => (attribute.learnt && attributeNamed(other, attribute.name)) || attribute)
  return [...preferred, ...other.filter(({ name }) => attributeNamed(one, name) === undefined)]
}
