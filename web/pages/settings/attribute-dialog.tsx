import { useState } from 'preact/hooks'
import { answered, api } from '../../api/client'
import { useAction, type Loading } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { Checkbox, Select, TextField } from '../../ui/field'
import { FormDialog } from '../../ui/form'
import { SaveProblem } from '../../ui/save'
import { announce } from '../../ui/toast'
import {
  fitted,
  fullName,
  isSame,
  VALUE_TYPES,
  wrongWith,
  type Declared,
  type ValueType,
  type Attributes,
} from './attribute-words'
import { SubAttributes } from './sub-attributes'

const NEW: Declared = { type: 'User', urn: '', name: '', valueType: 'string', multiValued: false }
const TYPES = [
  { value: 'User', text: 'Users' },
  { value: 'Group', text: 'Groups' },
]

/** Declares an attribute or changes one. Its URN and name are what values are stored under, so they stay. */
export function AttributeDialog(props: {
  readonly saved: Attributes
  readonly attributes: Loading<Attributes>
  readonly onClose: () => void
  readonly given: Declared | undefined
  readonly isNew: boolean
}) {
  const { saved, attributes, onClose, given, isNew } = props
  const [value, setValue] = useState<Declared>(given ?? { ...NEW, urn: saved.declared[0]?.urn ?? '' })
  const [isChecked, setChecked] = useState(false)
  const set = (part: Partial<Declared>) => setValue({ ...value, ...part })
  const { index, save } = useSave({ saved, attributes, value, onDone: onClose, isNew })
  const wrong = isChecked ? wrongWith(fitted(value)) : {}
  const refused = (property: string) => save.problem?.at(`/declared/${index}/${property}`)
  return (
    <FormDialog
      title={given === undefined ? 'Declare an attribute' : given.name}
      submit="Save attribute"
      isRunning={save.isRunning}
      onClose={onClose}
      onSubmit={() => {
        setChecked(true)
        if (Object.keys(wrongWith(fitted(value))).length === 0) void save.run()
      }}
    >
      {isNew ? <Naming value={value} set={set} wrong={wrong} refused={refused} /> : <code>{fullName(value)}</code>}
      <Select
        label="Type"
        value={value.valueType}
        options={VALUE_TYPES}
        error={refused('valueType')}
        onChange={(valueType) => set({ valueType: valueType as ValueType })}
      />
      {value.valueType === 'complex' && (
        <SubAttributes
          parts={value.subAttributes ?? []}
          error={wrong.parts ?? refused('subAttributes')}
          onChange={(subAttributes) => set({ subAttributes })}
        />
      )}
      <MoreFields value={value} set={set} />
      <SaveProblem problem={save.problem} keeps onLoad={() => void attributes.reload().then(save.clear)} />
    </FormDialog>
  )
}

/** Where it belongs and what it is called. */
function Naming(given: {
  readonly value: Declared
  readonly set: (part: Partial<Declared>) => void
  readonly wrong: ReturnType<typeof wrongWith>
  readonly refused: (property: string) => string | undefined
}) {
  const { value, set, wrong, refused } = given
  return (
    <>
      <Select label="Of" value={value.type} options={TYPES} onChange={(type) => set({ type: type as Declared['type'] })} />
      <TextField
        label="Schema (URN)"
        value={value.urn}
        maxLength={200}
        placeholder="urn:ietf:params:scim:schemas:extension:Contoso:2.0:User"
        hint="The extension it belongs to. Attributes of one schema share it."
        error={wrong.urn ?? refused('urn')}
        onInput={(urn) => set({ urn })}
      />
      <TextField
        label="Name"
        value={value.name}
        maxLength={64}
        placeholder="costCentre"
        hint={value.urn === '' || value.name === '' ? undefined : `Target attribute in Entra ID: ${fullName(fitted(value))}`}
        error={wrong.name ?? refused('name')}
        onInput={(name) => set({ name })}
      />
    </>
  )
}

function MoreFields({ value, set }: { readonly value: Declared; readonly set: (part: Partial<Declared>) => void }) {
  return (
    <>
      <Checkbox label="Several values" checked={value.multiValued} onChange={(multiValued) => set({ multiValued })} />
      <Checkbox
        label="Sensitive"
        hint="Records of changes and webhooks name it without its values."
        checked={value.sensitive === true}
        onChange={(sensitive) => set({ sensitive })}
      />
      <TextField
        label="Description"
        value={value.description ?? ''}
        maxLength={500}
        hint="Optional. Shown in /Schemas."
        onInput={(description) => set({ description })}
      />
    </>
  )
}

/** Saves the whole list with this one in it: in its place when it is there, else at the end. */
function useSave(given: {
  readonly saved: Attributes
  readonly attributes: Loading<Attributes>
  readonly value: Declared
  readonly isNew: boolean
  readonly onDone: () => void
}) {
  const { saved, attributes, value, isNew, onDone } = given
  const tenant = useTenant()
  const one = fitted(value)
  // A new one goes to the end even when it is there already: the API then says so, and nothing is overwritten.
  const found = isNew ? -1 : saved.declared.findIndex((other) => isSame(one, other))
  const index = found < 0 ? saved.declared.length : found
  const save = useAction(async () => {
    const declared = [...saved.declared.slice(0, index), one, ...saved.declared.slice(index + 1)]
    const call = api.PUT('/api/manage/tenants/{tenant}/attributes', {
      params: { path: pathOf(tenant) },
      body: { version: saved.version, declared },
    })
    attributes.put(await answered(call))
    announce('Attribute saved')
    onDone()
  })
  return { index, save }
}
