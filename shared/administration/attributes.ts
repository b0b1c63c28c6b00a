import * as z from 'zod'
import { declaredAttribute, declaredAttributes } from '../tenants/declared-attributes'
import { ruleAttribute } from '../roles/rule-attribute'
import { typesOf, type Tenant } from '../tenants/tenant'
import { tenantOperation, type Operation } from '../api/operation'
import { conflict, type WrongField } from '../api/problem'
import { saveChange, version } from '../api/save-settings'
import { whyNotIndexable } from './settings'

const attributeShown = declaredAttribute.meta({ id: 'Attribute' })
const attributesShown = z
  .object({
    version,
    declared: z.array(attributeShown),
    learnt: z
      .array(attributeShown)
      .describe('Sent by the directory without being declared, kept as text. To declare one, save it in `declared`.'),
  })
  .meta({ id: 'Attributes' })

const shown = ({ settings: { version: saved, declared, learnt } }: Tenant) => ({
  version: saved,
  declared,
  learnt: learnt.map(({ type, urn, name, multiValued = false }) => ({ type, urn, name, valueType: 'string', multiValued })),
})

const read = tenantOperation(
  {
    id: 'readAttributes',
    method: 'GET',
    path: '/tenants/{tenant}/attributes',
    summary: 'Custom attributes, declared and learnt',
    access: 'tenantReader',
    answers: { 200: { description: 'The attributes', schema: attributesShown } },
  },
  ({ tenant }) => Promise.resolve({ status: 200, body: shown(tenant) }),
)

const save = tenantOperation(
  {
    id: 'saveAttributes',
    method: 'PUT',
    path: '/tenants/{tenant}/attributes',
    summary:
      'Declares custom attributes, as a whole list. Values of one that is taken out stay stored, and show again once it is declared again',
    access: 'tenantAdmin',
    audit: 'attributes.saved',
    body: z.strictObject({ version, declared: declaredAttributes }),
    answers: { 200: { description: 'Saved', schema: attributesShown } },
  },
  async ({ registry, body: { version: expected, declared }, tenant, wake, audit }) => {
    refuseLostMatching(tenant, declared)
    refuseLostRules(tenant, declared)
    return { status: 200, body: shown(await saveChange(registry, { tenant, wake, audit }, { change: { declared }, expected })) }
  },
)

type Declared = z.infer<typeof declaredAttributes>

const typesAfter = ({ inherited, learnt }: Tenant['settings'], declared: Declared) =>
  typesOf({ declared, inherited, strict: false }, learnt)

/** An index of an attribute that is no more would be left without one who keeps it. */
function refuseLostMatching({ settings }: Tenant, declared: Declared): void {
  const types = typesAfter(settings, declared)
  const lost = settings.matching.filter(({ type, path }) => whyNotIndexable(types[type], path) !== undefined)
  const wrong = lost.map(({ path }): WrongField => ({
    path: '/declared',
    detail: `lacks ${path}, or declares it as what cannot be indexed, while it is a matching attribute: take it out of those first.`,
  }))
  if (wrong.length > 0) throw conflict(wrong.map(({ detail }) => `The list ${detail}`).join(' '), wrong)
}

/** No role may change by a change of the schema, which nobody would announce; and no rule shows a value that is sensitive now. */
function refuseLostRules({ settings }: Tenant, declared: Declared): void {
  const { User } = typesAfter(settings, declared)
  const lost = settings.policy.rules.flatMap((rule, index) => {
    if (rule.kind !== 'attribute') return []
    const named = ruleAttribute(User, rule.attribute)
    const holds = typeof named !== 'string' && named.attribute === rule.attribute && named.caseExact === rule.caseExact
    return holds ? [] : [{ place: index + 1, attribute: rule.attribute }]
  })
  const wrong = lost.map(({ place, attribute }): WrongField => ({
    path: '/declared',
    detail: `changes ${attribute}, which rule ${place} of the access roles looks at: take that rule out first.`,
  }))
  if (wrong.length > 0) throw conflict(wrong.map(({ detail }) => `The list ${detail}`).join(' '), wrong)
}

export const attributesOperations: readonly Operation[] = [read, save]
