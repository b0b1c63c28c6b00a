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
  /** Nobody declared it: a client sent it under an extension URN. Any scalar is stored as it came. */
  readonly learnt?: true
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

/** The type's extension with that URN, without case. */
export function extensionNamed(type: ResourceType, urn: string): Schema | undefined {
  const wanted = urn.toLowerCase()
  return type.extensions.find((extension) => extension.id.toLowerCase() === wanted)
}
