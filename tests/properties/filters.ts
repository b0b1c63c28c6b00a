import * as fc from 'fast-check'
import { printPath, type AttributePath } from '../../shared/scim/schema/attribute-path'
import { FILTER_LIMITS, type Filter } from '../../shared/scim/filter/filter'
import type { Literal, Operator } from '../../shared/scim/filter/literal'
import type { PatchPath } from '../../shared/scim/patch/path'
import type { Attribute } from '../../shared/scim/schema/schema'
import { COMMON_ATTRIBUTES } from '../../shared/scim/schema/schemas'
import { customUserType } from '../support/custom-user-type'

/** Any attribute path, filter and PATCH path of a type with every kind of attribute, and how a client writes them. */

type Known = Extract<AttributePath, { kind: 'attribute' }>

const holders = [
  { attributes: [...customUserType.schema.attributes, ...COMMON_ATTRIBUTES] },
  ...customUserType.extensions.map(({ id, attributes }) => ({ urn: id, attributes })),
]
const whole: Known[] = holders.flatMap(({ attributes, ...urn }) =>
  attributes.map((attribute) => ({ kind: 'attribute' as const, attribute, ...urn })),
)
const inner: Known[] = whole.flatMap((path) => (path.attribute.subAttributes ?? []).map((sub) => ({ ...path, sub })))

const schemas: AttributePath[] = [customUserType.schema, ...customUserType.extensions].map(({ id }) => ({
  kind: 'extension',
  urn: id,
}))

/** Names that no schema of the type has; of those that every object inherits, the ones that RFC 7644 allows as a name. */
const unknownNames = ['shoeSize', 'and', 'pr', 'x-1_y', ...Object.getOwnPropertyNames(Object.prototype)].filter((name) =>
  /^[a-z]/i.test(name),
)
const unknown: fc.Arbitrary<AttributePath> = fc
  .record(
    {
      kind: fc.constant('unknown' as const),
      urn: fc.constantFrom('urn:x:Other:2.0:User', 'urn:ietf:params:scim:schemas:core:2.0:Group'),
      name: fc.constantFrom(...unknownNames),
      sub: fc.constantFrom(...unknownNames),
    },
    { requiredKeys: ['kind', 'name'] },
  )
  .map((path) => path as AttributePath)

export const attributePath: fc.Arbitrary<AttributePath> = fc.oneof(
  fc.constantFrom<AttributePath>(...whole, ...inner, ...schemas),
  unknown,
)

const EQUALITY = ['eq', 'ne'] as const
const ORDER = [...EQUALITY, 'gt', 'ge', 'lt', 'le'] as const
const TEXT = [...ORDER, 'co', 'sw', 'ew'] as const

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.array(fc.constantFrom('"', '\\', 'a'), { maxLength: 9 }).map((parts) => parts.join('')),
  fc.constantFrom('[a] (b)', '\ud800', '\0', 'true', 'null', '1e5', ''),
)
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0) // no -0, which JSON writes as 0
const instant = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })

const literals: Record<Attribute['type'], fc.Arbitrary<Literal>> = {
  string: text,
  reference: text,
  binary: text,
  boolean: fc.boolean(),
  integer: number,
  decimal: number,
  dateTime: instant.map((date) => date.toISOString()),
  complex: text,
}
const operators: Record<Attribute['type'], readonly Operator[]> = {
  string: TEXT,
  reference: TEXT,
  binary: EQUALITY,
  boolean: EQUALITY,
  integer: ORDER,
  decimal: ORDER,
  dateTime: ORDER,
  complex: EQUALITY,
}

const visible = ({ attribute, sub }: Known) => (sub ?? attribute).returned !== 'never'
const isScalar = ({ attribute, sub }: Known) => (sub ?? attribute).type !== 'complex'

const present = (path: fc.Arbitrary<AttributePath>): fc.Arbitrary<Filter> => path.map((one) => ({ kind: 'present', path: one }))

/** A comparison of the path, with an operator and a literal that suit its type. What has no type takes everything. */
function comparison(path: fc.Arbitrary<AttributePath>): fc.Arbitrary<Filter> {
  const withNull = (one: AttributePath) =>
    fc.record({ path: fc.constant(one), operator: fc.constantFrom(...EQUALITY), value: fc.constant(null) })
  const typed = (one: AttributePath) => {
    const attribute = one.kind === 'attribute' ? (one.sub ?? one.attribute) : undefined
    const isFree = attribute === undefined || attribute.learnt === true
    return fc.record({
      path: fc.constant(one),
      operator: fc.constantFrom<Operator>(...(isFree ? TEXT : operators[attribute.type])),
      value: isFree ? fc.oneof(text, number, fc.boolean()) : literals[attribute.type],
    })
  }
  return path
    .chain((one) => fc.oneof({ arbitrary: withNull(one), weight: 1 }, { arbitrary: typed(one), weight: 5 }))
    .map((given) => ({ kind: 'compare', ...given }))
}

/** and, or and not over the given terms. */
function combined(term: fc.Arbitrary<Filter>, maxDepth: number): fc.Arbitrary<Filter> {
  return fc.letrec<{ any: Filter }>((tie) => ({
    any: fc.oneof(
      { maxDepth, withCrossShrink: true },
      { arbitrary: term, weight: 2 },
      { arbitrary: fc.record({ kind: fc.constantFrom('and', 'or'), left: tie('any'), right: tie('any') }), weight: 3 },
      { arbitrary: fc.record({ kind: fc.constant('not'), operand: tie('any') }), weight: 1 },
    ),
  })).any
}

const terms = (present_: fc.Arbitrary<AttributePath>, compared: fc.Arbitrary<AttributePath>) =>
  fc.oneof(present(present_), comparison(compared))

/** What may stand between brackets behind the path: names of one entry. */
function entryFilter(path: AttributePath): fc.Arbitrary<Filter> {
  const nested: fc.Arbitrary<AttributePath> = fc.constantFrom(...unknownNames).map((name) => ({ kind: 'unknown', name }))
  if (path.kind !== 'attribute') return combined(terms(nested, nested), 1)
  const { attribute } = path
  const subs = attribute.subAttributes ?? [{ ...attribute, name: 'value', multiValued: false }]
  const known = subs.map((sub): Known => ({ kind: 'attribute', attribute: sub })).filter(visible)
  const names = fc.oneof({ arbitrary: fc.constantFrom<AttributePath>(...known), weight: 5 }, { arbitrary: nested, weight: 1 })
  return combined(terms(names, names), 1)
}

const holdsEntries = ({ attribute }: Known) => attribute.type === 'complex' || attribute.multiValued
const bracketed: fc.Arbitrary<AttributePath> = fc.oneof(fc.constantFrom<AttributePath>(...whole.filter(holdsEntries)), unknown)

const valuePath: fc.Arbitrary<Filter> = bracketed
  .chain((path) => fc.record({ path: fc.constant(path), filter: entryFilter(path) }))
  .map((given) => ({ kind: 'valuePath', ...given }))

const filterable = fc.constantFrom<AttributePath>(...[...whole, ...inner].filter(visible))
const scalar = fc.constantFrom<AttributePath>(...[...whole, ...inner].filter((path) => visible(path) && isScalar(path)))

export const filter: fc.Arbitrary<Filter> = combined(
  fc.oneof(terms(fc.oneof(filterable, unknown, fc.constantFrom(...schemas)), fc.oneof(scalar, unknown)), valuePath),
  4,
).filter((one) => filterText(one).length < FILTER_LIMITS.maxCharacters / 2)

export const patchPath: fc.Arbitrary<PatchPath> = fc.oneof(
  attributePath.map((path) => ({ path })),
  bracketed
    .filter((path) => path.kind === 'attribute')
    .chain((path) => {
      const subs = path.attribute.subAttributes ?? []
      const parts = { path: fc.constant(path), filter: entryFilter(path) }
      return subs.length === 0
        ? fc.record(parts)
        : fc.record({ ...parts, sub: fc.constantFrom(...subs) }, { requiredKeys: ['path', 'filter'] })
    }),
)

/** The filter as RFC 7644 section 3.4.2.2 writes it, with parentheses only where they are needed. */
export function filterText(filter: Filter): string {
  switch (filter.kind) {
    case 'present':
      return `${printPath(filter.path)} pr`
    case 'compare':
      return `${printPath(filter.path)} ${filter.operator} ${JSON.stringify(filter.value)}`
    case 'or':
      return `${filterText(filter.left)} or ${enclosed(filter.right, ['or'])}`
    case 'and':
      return `${enclosed(filter.left, ['or'])} and ${enclosed(filter.right, ['or', 'and'])}`
    case 'not':
      return `not (${filterText(filter.operand)})`
    case 'valuePath':
      return `${printPath(filter.path)}[${filterText(filter.filter)}]`
  }
}

function enclosed(filter: Filter, kinds: readonly Filter['kind'][]): string {
  return kinds.includes(filter.kind) ? `(${filterText(filter)})` : filterText(filter)
}

export function patchPathText({ path, filter: between, sub }: PatchPath): string {
  return printPath(path) + (between === undefined ? '' : `[${filterText(between)}]`) + (sub === undefined ? '' : `.${sub.name}`)
}
