import { answered, api } from '../../api/client'
import { useAnswer } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import type { Choice } from '../../ui/combobox'
import { Select, TextField, type Option } from '../../ui/field'
import { GroupBox } from './group-box'
import { attributeName, groupSubject, STANDARD_ATTRIBUTES, type Subject } from './subject'

/** What was entered so far of whom a rule is for. */
export interface Entered {
  readonly kind: Subject['kind']
  readonly group: Choice | undefined
  readonly appRole: string
  readonly attribute: string
  readonly value: string
}

const [FIRST] = STANDARD_ATTRIBUTES
export const nothingEntered: Entered = { kind: 'group', group: undefined, appRole: '', attribute: FIRST.value, value: '' }

/** To begin with another one: of a group nothing, since it is looked for anew. */
export const enteredOf = (subject: Subject): Entered =>
  subject.kind === 'group' ? nothingEntered : { ...nothingEntered, ...subject }

/** Undefined while something is missing. A space around a text is nobody's intention. */
export function enteredSubject({ kind, group, appRole, attribute, value }: Entered): Subject | undefined {
  if (kind === 'group') return group && groupSubject(group)
  if (kind === 'appRole') return appRole.trim() === '' ? undefined : { kind, appRole: appRole.trim() }
  return value.trim() === '' ? undefined : { kind, attribute, value: value.trim() }
}

interface FieldsGiven {
  readonly entered: Entered
  readonly onChange: (entered: Entered) => void
  /** Whether somebody wanted to go on with it. */
  readonly isAsked: boolean
}

const MAX_LENGTH = 200

/** Chooses whom a rule is for: the members of a group, people with an app role, or with a value of an attribute. */
export function SubjectFields({ entered, onChange, isAsked }: FieldsGiven) {
  if (entered.kind === 'attribute') return <AttributeFields entered={entered} onChange={onChange} isAsked={isAsked} />
  if (entered.kind === 'group')
    return <GroupBox value={entered.group} onChange={(group) => onChange({ ...entered, group })} isAsked={isAsked} />
  return (
    <TextField
      label="App role"
      hint="Value of the app role in Entra ID. Letter case does not count."
      value={entered.appRole}
      maxLength={MAX_LENGTH}
      error={isAsked && enteredSubject(entered) === undefined ? 'Enter a value.' : undefined}
      onInput={(appRole) => onChange({ ...entered, appRole })}
    />
  )
}

function AttributeFields({ entered, onChange, isAsked }: FieldsGiven) {
  return (
    <div class="rule-attribute">
      <Select
        label="Attribute"
        value={entered.attribute}
        options={useAttributes(entered.attribute)}
        onChange={(attribute) => onChange({ ...entered, attribute })}
      />
      <TextField
        label="Value"
        hint="As Entra ID sends it."
        value={entered.value}
        maxLength={MAX_LENGTH}
        error={isAsked && enteredSubject(entered) === undefined ? 'Enter a value.' : undefined}
        onInput={(value) => onChange({ ...entered, value })}
      />
    </div>
  )
}

/** Those of the standard, and the tenant's own that hold one text and are shown. */
function useAttributes(chosen: string): readonly Option[] {
  const tenant = useTenant()
  const params = { path: pathOf(tenant) }
  const { data } = useAnswer(() => answered(api.GET('/api/manage/tenants/{tenant}/attributes', { params })), [tenant.slug])
  const own = [...(data?.declared ?? []), ...(data?.learnt ?? [])]
    .filter(
      ({ type, valueType, multiValued, sensitive }) => type === 'User' && valueType === 'string' && !multiValued && !sensitive,
    )
    .map(({ urn, name }) => ({ value: `${urn}:${name}`, text: name }))
  const options: readonly Option[] = [...STANDARD_ATTRIBUTES, ...own]
  return options.some(({ value }) => value === chosen) ? options : [...options, { value: chosen, text: attributeName(chosen) }]
}
