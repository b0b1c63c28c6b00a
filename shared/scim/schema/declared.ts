import { withExtensionAttribute, type Attribute, type ResourceType } from './schema'

/** A sub-attribute of a declared complex attribute: always single and simple (RFC 7643 section 2.3.8). */
export interface DeclaredSubAttribute {
  readonly name: string
  readonly valueType: Exclude<Attribute['type'], 'complex'>
  readonly caseExact?: boolean | undefined
  /** Suggestions that /Schemas serves; other values are stored as well (RFC 7643 section 7). */
  readonly canonicalValues?: readonly string[] | undefined
  readonly description?: string | undefined
}

/**
 * An attribute that a tenant adds under an extension URN. Never required: people who came before it lack it, and a refusal
 * would keep joiners out.
 */
export interface DeclaredAttribute extends Omit<DeclaredSubAttribute, 'valueType'> {
  readonly type: ResourceType['name']
  readonly urn: string
  readonly valueType: Attribute['type']
  readonly multiValued: boolean
  /** readWrite unless said. */
  readonly mutability?: 'readWrite' | 'immutable' | undefined
  /** default unless said. */
  readonly returned?: 'default' | 'request' | undefined
  readonly sensitive?: boolean | undefined
  /** Of a complex attribute, and of no other. */
  readonly subAttributes?: readonly DeclaredSubAttribute[] | undefined
}

/** The type with the declared attributes in its extensions. */
export function withDeclared(type: ResourceType, declared: readonly DeclaredAttribute[]): ResourceType {
  return declared
    .filter((one) => one.type === type.name)
    .reduce((grown, one) => withExtensionAttribute(grown, declaredExtension(one.urn), attributeOf(one)), type)
}

const declaredExtension = (urn: string) => ({
  id: urn,
  name: urn.split(':').at(-1) ?? urn,
  description: 'Attributes declared for this directory.',
})

function attributeOf(declared: DeclaredAttribute): Attribute {
  const { multiValued, mutability = 'readWrite', returned = 'default', sensitive, subAttributes } = declared
  return {
    ...simpleAttribute(declared),
    multiValued,
    mutability,
    returned,
    ...(sensitive && { sensitive }),
    ...(subAttributes && { subAttributes: subAttributes.map(simpleAttribute) }),
  }
}

/** The defaults are those of RFC 7643 section 2.2; binary is exact by section 2.3.6, references by section 2.3.7. */
function simpleAttribute(given: Omit<DeclaredSubAttribute, 'valueType'> & { readonly valueType: Attribute['type'] }): Attribute {
  const { name, valueType, canonicalValues, description = 'Declared for this directory.' } = given
  const { caseExact = valueType === 'binary' || valueType === 'reference' } = given
  return {
    name,
    type: valueType,
    multiValued: false,
    description,
    required: false,
    caseExact,
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
    ...(canonicalValues && { canonicalValues }),
    ...(valueType === 'reference' && { referenceTypes: ['external'] }),
  }
}
