import type { Answer } from '../../api/client'

export type Attributes = Answer<'readAttributes'>
export type Declared = Attributes['declared'][number]
export type ValueType = Declared['valueType']

export const VALUE_TYPES: readonly { readonly value: ValueType; readonly text: string }[] = [
  { value: 'string', text: 'Text' },
  { value: 'boolean', text: 'Yes or no (boolean)' },
  { value: 'integer', text: 'Whole number (integer)' },
  { value: 'decimal', text: 'Number (decimal)' },
  { value: 'dateTime', text: 'Date and time (dateTime)' },
  { value: 'reference', text: 'URI (reference)' },
  { value: 'binary', text: 'Base64 (binary)' },
  { value: 'complex', text: 'Several parts (complex)' },
]

const textOf = (valueType: ValueType) => VALUE_TYPES.find(({ value }) => value === valueType)?.text ?? valueType

/** "Text, several values". */
export const sayType = ({ valueType, multiValued }: Declared) => `${textOf(valueType)}${multiValued ? ', several values' : ''}`

/** As mapping rows in Entra ID name it. */
export const fullName = ({ urn, name }: Pick<Declared, 'urn' | 'name'>) => `${urn}:${name}`

export const isSame = (one: Declared, other: Declared) =>
  one.type === other.type && fullName(one).toLowerCase() === fullName(other).toLowerCase()

/** What can be said before the API is asked; it knows more. */
export function wrongWith({ urn, name, valueType, subAttributes = [] }: Declared): {
  urn?: string
  name?: string
  parts?: string
} {
  const isName = (text: string) => /^[a-z][\w-]{0,63}$/i.test(text)
  return {
    ...(!/^urn:[a-z0-9][a-z0-9-]{0,31}(?::[\w.-]+)+$/i.test(urn) && {
      urn: 'Enter a URN, such as urn:ietf:params:scim:schemas:extension:Contoso:2.0:User.',
    }),
    ...(!isName(name) && { name: 'Enter a letter, then at most 63 letters, digits, hyphens or underscores.' }),
    ...(valueType === 'complex' &&
      (subAttributes.length === 0 || subAttributes.some((part) => !isName(part.name))) && {
        parts: 'Give at least one part, and each a name of letters, digits, hyphens or underscores.',
      }),
  }
}

/** Without the properties that do not go with its type any more. */
export function fitted(given: Declared): Declared {
  const { canonicalValues, caseExact, subAttributes, description, ...rest } = given
  const { valueType } = rest
  return {
    ...rest,
    urn: given.urn.trim(),
    name: given.name.trim(),
    ...(description !== undefined && description.trim() !== '' && { description: description.trim() }),
    ...(canonicalValues !== undefined && valueType === 'string' && { canonicalValues }),
    ...(caseExact !== undefined && (valueType === 'string' || valueType === 'reference') && { caseExact }),
    ...(subAttributes !== undefined && valueType === 'complex' && { subAttributes }),
  }
}
