import type { Attribute, ResourceType } from '../../shared/scim/schema/schema'
import { userType } from '../../shared/scim/schema/schemas'

export const CUSTOM_URN = 'urn:ietf:params:scim:schemas:extension:Contoso:2.0:User'

export const customAttribute = (name: string, given: Partial<Attribute> = {}): Attribute => ({
  name,
  type: 'string',
  multiValued: false,
  description: '',
  required: false,
  caseExact: false,
  mutability: 'readWrite',
  returned: 'default',
  uniqueness: 'none',
  ...given,
})

/** A person with an extension whose attributes have the types that the schemas of RFC 7643 do not use. */
export const customUserType: ResourceType = {
  ...userType,
  extensions: [
    ...userType.extensions,
    {
      id: CUSTOM_URN,
      name: 'Contoso',
      description: '',
      attributes: [
        customAttribute('level', { type: 'integer' }),
        customAttribute('ratio', { type: 'decimal' }),
        customAttribute('hired', { type: 'dateTime' }),
        customAttribute('key', { type: 'binary' }),
        customAttribute('site', { type: 'reference' }),
        customAttribute('remote', { type: 'boolean' }),
        customAttribute('tags', { multiValued: true }),
        customAttribute('codes', { multiValued: true, type: 'integer' }),
        customAttribute('secret', {
          type: 'complex',
          subAttributes: [customAttribute('value', { returned: 'never' }), customAttribute('hint')],
        }),
        customAttribute('badge', { learnt: true }),
        customAttribute('floor', { learnt: true }),
        customAttribute('parking', { learnt: true }),
        customAttribute('exact', { learnt: true, caseExact: true }),
      ],
    },
  ],
}
