import * as z from 'zod'
import type { DeclaredAttribute, DeclaredSubAttribute } from '../scim/schema/declared'
import { isAttributeName, isExtensionUrn } from '../scim/schema/learnt'
import { attributeNamed } from '../scim/schema/schema'
import { ENTERPRISE_URN, enterpriseUserSchema } from '../scim/schema/schemas'

const MAX_ATTRIBUTES = 100
const MAX_SCHEMAS = 20
/** They share the settings row with much else; Azure allows it 1 MiB. */
const MAX_CHARACTERS = 100_000

const SIMPLE_TYPES = ['string', 'boolean', 'decimal', 'integer', 'dateTime', 'reference', 'binary'] as const

const common = {
  name: z.string().refine(isAttributeName, 'must be a letter, then at most 63 letters, digits, "-" or "_"'),
  caseExact: z.boolean().optional(),
  canonicalValues: z.array(z.string().min(1).max(100)).min(1).max(50).optional(),
  description: z.string().min(1).max(500).optional(),
}

const subAttribute = z.object({ ...common, valueType: z.enum(SIMPLE_TYPES) })
const subAttributes = <T extends DeclaredSubAttribute>(shape: z.ZodType<T>) => z.array(shape).min(1).max(20).optional()

/** One declared attribute as it is stored. Properties of a later version are left out. */
export const declaredAttribute = z.object({
  type: z.enum(['User', 'Group']),
  urn: z.string(),
  ...common,
  valueType: z.enum([...SIMPLE_TYPES, 'complex']),
  multiValued: z.boolean().default(false),
  mutability: z.enum(['readWrite', 'immutable']).optional(),
  returned: z.enum(['default', 'request']).optional(),
  sensitive: z.boolean().optional(),
  subAttributes: subAttributes(subAttribute),
})

/** What people send: nothing that is not known, for a misspelt property would silently mean its default. */
const sentAttribute = declaredAttribute.extend({ subAttributes: subAttributes(subAttribute.strict()) }).strict()

/** The attributes that a tenant declares, whole: at most 100 under 20 schemas, none of them an RFC's or there twice. */
export const declaredAttributes = z
  .array(sentAttribute)
  .max(MAX_ATTRIBUTES, `can be at most ${MAX_ATTRIBUTES}`)
  .superRefine((declared, context) => {
    const refuse = (message: string, path: (string | number)[] = []) => {
      context.addIssue({ code: 'custom', message, path })
    }
    if (new Set(declared.map(({ urn }) => urn.toLowerCase())).size > MAX_SCHEMAS)
      refuse(`can be under at most ${MAX_SCHEMAS} schemas`)
    if (JSON.stringify(declared).length > MAX_CHARACTERS) refuse(`can have at most ${MAX_CHARACTERS} characters together`)
    declared.forEach((one, index) => {
      for (const { property, message } of problemsOf(one, declared)) refuse(message, [index, property])
    })
  })

interface Problem {
  readonly property: keyof DeclaredAttribute
  readonly message: string
}

function problemsOf(one: DeclaredAttribute, all: readonly DeclaredAttribute[]): Problem[] {
  return RULES.filter(({ breaks }) => breaks(one, all))
}

const isEnterprise = (urn: string) => urn.toLowerCase() === ENTERPRISE_URN.toLowerCase()
const fullName = ({ urn, name }: DeclaredAttribute) => `${urn}:${name}`.toLowerCase()
const parentOf = (urn: string) => urn.slice(0, urn.lastIndexOf(':')).toLowerCase()
const isText = (type: string) => type === 'string' || type === 'reference'
const simpleParts = (one: DeclaredAttribute) => [one, ...(one.subAttributes ?? [])]

const RULES: readonly (Problem & { readonly breaks: (one: DeclaredAttribute, all: readonly DeclaredAttribute[]) => boolean })[] =
  [
    {
      property: 'urn',
      message: 'must be a URN that no RFC defines, such as urn:ietf:params:scim:schemas:extension:Contoso:2.0:User',
      breaks: ({ type, urn }) => !isExtensionUrn(urn) && !(type === 'User' && isEnterprise(urn)),
    },
    {
      property: 'urn',
      message: 'is the name of an attribute of another schema here',
      breaks: ({ urn }, all) => all.some((other) => other.urn.toLowerCase() === parentOf(urn)),
    },
    {
      property: 'name',
      message: 'is an attribute of RFC 7643 and cannot be declared anew',
      breaks: ({ urn, name }) => isEnterprise(urn) && attributeNamed(enterpriseUserSchema.attributes, name) !== undefined,
    },
    {
      property: 'name',
      message: 'is declared twice',
      breaks: (one, all) => all.find((other) => other.type === one.type && fullName(other) === fullName(one)) !== one,
    },
    {
      property: 'name',
      message: 'is declared otherwise for the other type under the same URN, but a schema has an attribute once',
      breaks: (one, all) => all.some((other) => fullName(other) === fullName(one) && !isAlike(one, other)),
    },
    {
      property: 'subAttributes',
      message: 'go with valueType complex, which needs them, and with no other',
      breaks: ({ valueType, subAttributes: subs }) => (valueType === 'complex') !== (subs !== undefined),
    },
    {
      property: 'subAttributes',
      message: 'must have names of their own',
      breaks: ({ subAttributes: subs = [] }) => new Set(subs.map(({ name }) => name.toLowerCase())).size < subs.length,
    },
    {
      property: 'canonicalValues',
      message: 'go with valueType string alone',
      breaks: (one) => simpleParts(one).some((part) => part.canonicalValues !== undefined && part.valueType !== 'string'),
    },
    {
      property: 'caseExact',
      message: 'goes with valueType string and reference alone',
      breaks: (one) => simpleParts(one).some((part) => part.caseExact !== undefined && !isText(part.valueType)),
    },
  ]

/** Equal but for the type: what /Schemas serves is then the same for both. */
function isAlike(one: DeclaredAttribute, other: DeclaredAttribute): boolean {
  const facts = (declared: DeclaredAttribute) =>
    JSON.stringify(Object.entries({ ...declared, type: '', urn: '', name: '' }).sort(([a], [b]) => (a < b ? -1 : 1)))
  return facts(one) === facts(other)
}
