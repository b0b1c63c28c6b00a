import { useState } from 'preact/hooks'
import { answered, api, type Answer } from '../../api/client'
import type { Problem } from '../../api/problem'
import { useAction } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { Button } from '../../ui/button'
import { CopyField } from '../../ui/copy-field'
import { Dialog } from '../../ui/dialog'
import { Checkbox, Select, TextField } from '../../ui/field'
import { FormDialog } from '../../ui/form'
import { Notice } from '../../ui/notice'
import { SaveProblem } from '../../ui/save'
import { Time } from '../../ui/time'

const MAX_DAYS = 90
const ROLES = [
  { value: 'admin', text: 'Look and change' },
  { value: 'reader', text: 'Look only' },
]

interface Value {
  readonly label: string
  readonly role: string
  readonly days: string
  readonly singleUse: boolean
}

/** For whom, what they may and how long; then the address, this once. */
export function MakeLink({ onClose, onMade }: { readonly onClose: () => void; readonly onMade: () => void }) {
  const tenant = useTenant()
  const [value, setValue] = useState<Value>({ label: '', role: 'admin', days: '14', singleUse: false })
  const [made, setMade] = useState<Answer<'createLink'>>()
  const [isChecked, setChecked] = useState(false)
  const wrong = wrongWith(value)
  const make = useAction(async () => {
    const body = { ...value, role: value.role as 'admin' | 'reader', days: Number(value.days) }
    const call = api.POST('/api/manage/tenants/{tenant}/links', { params: { path: pathOf(tenant) }, body })
    setMade(await answered(call))
    onMade()
  })
  if (made !== undefined) return <Made link={made} onClose={onClose} />
  return (
    <FormDialog
      title="Make a setup link"
      submit="Make link"
      isRunning={make.isRunning}
      onClose={onClose}
      onSubmit={() => {
        setChecked(true)
        if (Object.keys(wrong).length === 0) void make.run()
      }}
    >
      <LinkFields value={value} onChange={setValue} wrong={isChecked ? wrong : {}} problem={make.problem} />
      <SaveProblem problem={make.problem} onLoad={() => undefined} />
    </FormDialog>
  )
}

function LinkFields(given: {
  readonly value: Value
  readonly onChange: (value: Value) => void
  readonly wrong: ReturnType<typeof wrongWith>
  readonly problem: Problem | undefined
}) {
  const { value, onChange, wrong, problem } = given
  const { isOperator } = useTenant()
  return (
    <>
      <TextField
        label="For"
        value={value.label}
        maxLength={100}
        placeholder="Carla, Contoso IT"
        hint="What is changed with the link is recorded under this name."
        error={wrong.label ?? problem?.at('/label')}
        onInput={(label) => onChange({ ...value, label })}
      />
      <Select
        label="May"
        value={value.role}
        options={ROLES}
        hint="Who may change may also make and revoke links and tokens."
        onChange={(role) => onChange({ ...value, role })}
      />
      <TextField
        label="Days"
        type="number"
        min={1}
        max={MAX_DAYS}
        value={value.days}
        hint={`How long it works, at most ${MAX_DAYS}.${isOperator ? '' : ' It ends with your own link at the latest.'}`}
        error={wrong.days ?? problem?.at('/days')}
        onInput={(days) => onChange({ ...value, days })}
      />
      <Checkbox
        label="Opens once"
        hint="After the first sign-in with it nobody else gets in, and neither does the same person a second time."
        checked={value.singleUse}
        onChange={(singleUse) => onChange({ ...value, singleUse })}
      />
    </>
  )
}

const wrongWith = ({ label, days }: Value): { readonly label?: string; readonly days?: string } => ({
  ...(label.trim() === '' && { label: 'Say whom the link is for.' }),
  ...(!isDays(days) && { days: `Enter a whole number from 1 to ${MAX_DAYS}.` }),
})
const isDays = (text: string) => /^\d{1,2}$/.test(text.trim()) && Number(text) >= 1 && Number(text) <= MAX_DAYS

function Made({ link, onClose }: { readonly link: Answer<'createLink'>; readonly onClose: () => void }) {
  return (
    <Dialog
      title={`Link for ${link.label}`}
      onClose={onClose}
      actions={
        <Button kind="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <CopyField label="Setup link" value={link.url} hint="Shown this once." />
      <Notice kind="warning">
        Whoever has it may {link.role === 'admin' ? 'change this tenant' : 'see everything of this tenant'} until{' '}
        <Time at={link.expires} style="short" />
        {link.singleUse && ', and it opens once'}. Send it to {link.label} alone.
      </Notice>
    </Dialog>
  )
}
