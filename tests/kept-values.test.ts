import * as fc from 'fast-check'
import { ENTERPRISE_URN, GROUP_URN, USER_URN } from '../shared/scim/schema/schemas'
import { CONTOSO, declare } from './support/declare-attribute'
import { patchOf, startService, type TestService, type TestTenant } from './support/service'
import { saveSettings } from './support/tenant-settings'

/**
 * No request answers 2xx and drops a value whose target a schema knows. What the schemas know is read from /Schemas, and each value is
 * one that is nowhere else, so that a GET has to show it.
 */

interface Target {
  readonly resource: 'Users' | 'Groups'
  readonly urn: string
  readonly name: string
  readonly sub?: string
  readonly type: string
  readonly isList: boolean
  /** Whether a filter can name an entry by its type. */
  readonly hasType: boolean
  /** Another part of an entry, which makes it one: labels on their own are none. */
  readonly beside?: string | undefined
}

interface ShownAttribute {
  readonly name: string
  readonly type: string
  readonly multiValued: boolean
  readonly mutability: string
  readonly returned: string
  readonly subAttributes?: readonly ShownAttribute[]
}

const DECLARED = [
  declare('badge'),
  declare('level', { valueType: 'integer' }),
  declare('hired', { valueType: 'dateTime' }),
  declare('tags', { multiValued: true }),
  declare('numbers', { multiValued: true, valueType: 'integer' }),
  declare('desk', { valueType: 'complex', subAttributes: [{ name: 'room', valueType: 'string' }] }),
  declare('cards', {
    valueType: 'complex',
    multiValued: true,
    subAttributes: ['value', 'type', 'door'].map((name) => ({ name, valueType: 'string' as const })),
  }),
  declare('building', { type: 'Group', urn: 'urn:ietf:params:scim:schemas:extension:Places:2.0:Group' }),
]
const NEW_URN = 'urn:ietf:params:scim:schemas:extension:Learnt:2.0:User'

let service: TestService
let tenant: TestTenant
const targets: Target[] = []
const paths = { Users: '', Groups: '' }

beforeAll(async () => {
  service = await startService()
  tenant = service.tenant(0)
  await saveSettings(tenant.slug, { declared: DECLARED })
  const made = async (resources: keyof typeof paths, body: object) => {
    paths[resources] = `/${resources}/${String((await tenant.send('POST', `/${resources}`, body)).body['id'])}`
  }
  await made('Users', { schemas: [USER_URN], userName: 'ana@contoso.example', [NEW_URN]: { shoe: 'first' } })
  await made('Groups', { schemas: [GROUP_URN], displayName: 'Sales' })
  const schemas = (await tenant.send('GET', '/Schemas')).body['Resources'] as { id: string; attributes: ShownAttribute[] }[]
  for (const { id, attributes } of schemas) {
    const resource = id.endsWith(':Group') ? 'Groups' : 'Users'
    if (/core:2\.0:(?:ServiceProviderConfig|ResourceType|Schema)$/.test(id)) continue
    targets.push(...attributes.flatMap((attribute) => targetsOf(attribute, { resource, urn: id })))
  }
})
afterAll(() => service.close())

/** Every place below an attribute where a client may write a value that a GET shows. Booleans have no value of their own. */
function targetsOf(attribute: ShownAttribute, of: Pick<Target, 'resource' | 'urn'>): Target[] {
  const { name, type, multiValued: isList, subAttributes = [] } = attribute
  if (name === 'members' || !isShown(attribute)) return []
  if (type !== 'complex') return [{ ...of, name, type, isList, hasType: false }]
  const hasType = subAttributes.some((sub) => sub.name === 'type')
  const parts = subAttributes.filter((sub) => sub.name !== '$ref' && isShown(sub))
  const beside = (own: string) =>
    [...parts].reverse().find((part) => part.name !== own && part.type !== 'dateTime' && !['type', 'display'].includes(part.name))
      ?.name
  return parts.map((sub) => ({ ...of, name, sub: sub.name, type: sub.type, isList, hasType, beside: beside(sub.name) }))
}

const isShown = ({ mutability, returned, type }: ShownAttribute) =>
  mutability === 'readWrite' && ['default', 'always'].includes(returned) && type !== 'boolean'

let count = 0
/** A value that no other request sends. */
function newValue(type: string): string | number {
  count += 1
  if (type === 'integer' || type === 'decimal') return 1_000_000 + count
  if (type === 'dateTime') return new Date(Date.UTC(2001, 0, 1) + count * 60_000).toISOString()
  return type === 'binary' ? Buffer.from(`value-${count}`).toString('base64') : `value-${count}-`
}

const NAMES = ['as it is', 'lower', 'upper'] as const
const PLACES = ['bare', 'urn', 'dot behind urn', 'in the urn'] as const
const FORMS = ['plain', 'in a list', 'in an object', 'in an object with $ref', 'in a list of objects'] as const

const spelling = fc.record({
  op: fc.constantFrom('add', 'replace', 'Add', 'Replace'),
  names: fc.constantFrom(...NAMES),
  place: fc.constantFrom(...PLACES),
  form: fc.constantFrom(...FORMS),
  how: fc.constantFrom('path', 'key'),
  /** Of an attribute with parts: as an object, by a dot, or by a filter. */
  part: fc.constantFrom('object', 'dot', 'filter'),
  isMisspelt: fc.constantFrom(false, false, false, true),
})
type Spelling = typeof spelling extends fc.Arbitrary<infer T> ? T : never

const cased = (text: string, names: Spelling['names']) =>
  names === 'as it is' ? text : names === 'lower' ? text.toLowerCase() : text.toUpperCase()

const BEFORE: Readonly<Record<Spelling['place'], (urn: string) => string>> = {
  bare: () => '',
  urn: (urn) => `${urn}:`,
  'dot behind urn': (urn) => `${urn}.`,
  'in the urn': () => '',
}

/** The path, and the part that stands in the value, when it does not stand in the path. */
function written({ urn, name, sub, isList, hasType }: Target, { names, place, part, isMisspelt }: Spelling) {
  const wrong = isMisspelt ? 'x' : ''
  const before = BEFORE[place](urn)
  if (sub === undefined) return { path: `${before}${cased(name, names)}${wrong}` }
  const inner = `${cased(sub, names)}${wrong}`
  const path = `${before}${cased(name, names)}`
  if (part === 'object') return { path, inner }
  return { path: `${path}${part === 'filter' && isList && hasType ? `[type eq "t${count}"]` : ''}.${inner}` }
}

function formed(value: string | number, form: Spelling['form']): unknown {
  switch (form) {
    case 'plain':
      return value
    case 'in a list':
      return [value]
    case 'in an object':
      return { value }
    case 'in an object with $ref':
      return { $ref: null, value }
    case 'in a list of objects':
      return [{ value }]
  }
}

function operationOf(target: Target, how: Spelling, value: string | number): object {
  const { path, inner } = written(target, how)
  const given = inner === undefined ? formed(value, how.form) : objectOf(target, inner, value)
  const { op, place } = how
  if (place === 'in the urn') return { op, value: { [target.urn]: { [path]: given } } }
  return how.how === 'path' ? { op, path, value: given } : { op, value: { [path]: given } }
}

function objectOf({ isList, beside }: Target, inner: string, value: string | number): unknown {
  const object = { ...(isList && beside !== undefined && { [beside]: `of-${count}` }), [inner]: value }
  return isList ? [object] : object
}

test('a PATCH that answers 2xx has stored every value whose target a schema knows, however it is spelled', async () => {
  expect(new Set(targets.map(({ urn }) => urn))).toEqual(
    new Set([USER_URN, GROUP_URN, ENTERPRISE_URN, CONTOSO, NEW_URN, DECLARED.at(-1)?.urn]),
  )
  let [asked, taken] = [0, 0]
  await fc.assert(
    fc.asyncProperty(fc.nat(), spelling, async (at, how) => {
      const target = targets[at % targets.length] as Target
      const value = newValue(target.type)
      const operation = operationOf(target, how, value)
      const { status, body } = await tenant.send('PATCH', paths[target.resource], patchOf(operation))
      expect([200, 204, 400]).toContain(status)
      asked += 1
      if (status === 400) return
      // A name without a schema may be anybody's, and so may one in an object beside those that the attribute has.
      if (how.isMisspelt && (how.place === 'bare' || (target.sub !== undefined && how.part === 'object'))) return
      if (!how.isMisspelt) taken += 1
      const shown = await tenant.send('GET', paths[target.resource])
      if (!JSON.stringify(shown.body).includes(JSON.stringify(value)))
        throw new Error(`${JSON.stringify(operation)} answered ${status} ${JSON.stringify(body)}`)
    }),
    { numRuns: 300 },
  )
  expect(taken).toBeGreaterThan(asked / 3)
}, 120_000)
