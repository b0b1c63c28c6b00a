import type { DeclaredAttribute } from '../../shared/scim/schema/declared'

/** The URN of an extension of people that a tenant of these tests has. */
export const CONTOSO = 'urn:ietf:params:scim:schemas:extension:Contoso:2.0:User'

/** One text of people in that extension, unless it is given otherwise. */
export const declare = (name: string, given: Partial<DeclaredAttribute> = {}): DeclaredAttribute => ({
  type: 'User',
  urn: CONTOSO,
  name,
  valueType: 'string',
  multiValued: false,
  ...given,
})
