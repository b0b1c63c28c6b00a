import { useState } from 'preact/hooks'
import type { Answer } from '../../api/client'
import type { Problem } from '../../api/problem'
import { useAction } from '../../api/use-answer'
import type { PageQuery } from '../../api/use-pages'
import { Button } from '../../ui/button'
import { CopyField } from '../../ui/copy-field'
import { Dialog } from '../../ui/dialog'
import { Checkbox, TextField } from '../../ui/field'
import { Choices, FormDialog } from '../../ui/form'
import { SaveProblem } from '../../ui/save'

type Made = Answer<'makeProductKey'>
type Scope = Made['scopes'][number]
interface WantedKey {
  readonly label: string
  readonly scopes: Scope[]
  readonly days?: number
}

/** Keys of one tenant or of all: the same operations at two addresses. */
export interface KeyPlace {
  /** "this tenant" */
  readonly where: string
  readonly isAdmin: boolean
  readonly list: (page: PageQuery) => Promise<Answer<'listProductKeys'>>
  readonly make: (key: WantedKey) => Promise<Answer<'makeProductKey'>>
  readonly revoke: (id: string) => Promise<unknown>
}

const SCOPES: readonly { readonly scope: Scope; readonly words: string }[] = [
  { scope: 'people:read', words: 'Read people with their roles, groups and members' },
  { scope: 'changes:read', words: 'Read the change feed' },
  { scope: 'product-id:write', words: "Set your product's own id of a person" },
  { scope: 'person:erase', words: 'Erase a person for good' },
]
const MAX_DAYS = 3650

/** What the key is for and may; then the key, this once. */
export function MakeKey(given: { readonly place: KeyPlace; readonly onClose: () => void; readonly onMade: () => void }) {
  const { place, onClose, onMade } = given
  const [value, setValue] = useState<Value>({ label: '', days: '', scopes: ['people:read', 'changes:read'] })
  const [made, setMade] = useState<Made>()
  const [isChecked, setChecked] = useState(false)
  const wrong = wrongWith(value)
  const make = useAction(async () => {
    const scopes = SCOPES.map(({ scope }) => scope).filter((scope) => value.scopes.includes(scope))
    setMade(await place.make({ label: value.label, scopes, ...(value.days.trim() !== '' && { days: Number(value.days) }) }))
    onMade()
  })
  if (made !== undefined) return <MadeKey made={made} onClose={onClose} />
  return (
    <FormDialog
      title={`Make a key for ${place.where}`}
      submit="Make key"
      isRunning={make.isRunning}
      onClose={onClose}
      onSubmit={() => {
        setChecked(true)
        if (Object.keys(wrong).length === 0) void make.run()
      }}
    >
      <KeyFields value={value} onChange={setValue} wrong={isChecked ? wrong : {}} problem={make.problem} />
      <SaveProblem problem={make.problem} onLoad={() => undefined} />
    </FormDialog>
  )
}

interface Value {
  readonly label: string
  readonly days: string
  readonly scopes: readonly Scope[]
}

const wrongWith = ({
  label,
  days,
  scopes,
}: Value): { readonly label?: string; readonly days?: string; readonly scopes?: string } => ({
  ...(label.trim() === '' && { label: 'Say where the key is used.' }),
  ...(scopes.length === 0 && { scopes: 'Choose what it may do.' }),
  ...(days.trim() !== '' && !isDays(days.trim()) && { days: `Enter a whole number from 1 to ${MAX_DAYS}, or nothing.` }),
})

function KeyFields(given: {
  readonly value: Value
  readonly onChange: (value: Value) => void
  readonly wrong: ReturnType<typeof wrongWith>
  readonly problem: Problem | undefined
}) {
  const { value, onChange, wrong, problem } = given
  const toggle = (scope: Scope, isOn: boolean) =>
    onChange({ ...value, scopes: isOn ? [...value.scopes, scope] : value.scopes.filter((one) => one !== scope) })
  return (
    <>
      <TextField
        label="Used by"
        value={value.label}
        maxLength={100}
        placeholder="Billing, production"
        error={wrong.label ?? problem?.at('/label')}
        onInput={(label) => onChange({ ...value, label })}
      />
      <Choices legend="May" error={wrong.scopes ?? problem?.at('/scopes')}>
        {SCOPES.map(({ scope, words }) => (
          <Checkbox
            key={scope}
            label={words}
            hint={<code>{scope}</code>}
            checked={value.scopes.includes(scope)}
            onChange={(isOn) => toggle(scope, isOn)}
          />
        ))}
      </Choices>
      <TextField
        label="Days"
        type="number"
        min={1}
        max={MAX_DAYS}
        value={value.days}
        hint="After which it ends. Without a number it does not."
        error={wrong.days ?? problem?.at('/days')}
        onInput={(text) => onChange({ ...value, days: text })}
      />
    </>
  )
}

const isDays = (text: string) => /^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= MAX_DAYS

function MadeKey({ made, onClose }: { readonly made: Made; readonly onClose: () => void }) {
  return (
    <Dialog
      title={made.label}
      onClose={onClose}
      actions={
        <Button kind="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <CopyField label="Product key" value={made.value} hint="Shown this once. Your product sends it as Authorization: Bearer." />
    </Dialog>
  )
}
