import { useState } from 'preact/hooks'
import { answered, api, type Answer } from '../../api/client'
import { useAction, useAnswer, type Action, type Loading } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { Confirm } from '../../ui/dialog'
import { TextField } from '../../ui/field'
import { Form } from '../../ui/form'
import { Card } from '../../ui/layout'
import { Loaded } from '../../ui/loaded'
import { Notice } from '../../ui/notice'
import { SaveBar } from '../../ui/save'
import { announce } from '../../ui/toast'
import { useDraft } from '../../ui/use-draft'

type Retention = Answer<'readRetention'>
const MIN_DAYS = 7
const MAX_DAYS = 3650
const MIN_AUDIT_DAYS = 90

/** How long the feed of changes reaches back. */
export function RetentionSection() {
  const tenant = useTenant()
  const retention = useAnswer(
    () => answered(api.GET('/api/manage/tenants/{tenant}/settings/retention', { params: { path: pathOf(tenant) } })),
    [tenant.slug],
  )
  return (
    <Card
      title="Retention"
      lead="How long the records of what happened are kept. Activity, webhooks and the product's change feed read them."
    >
      <Loaded of={retention} rows={2}>
        {(saved) =>
          tenant.isOperatorAdmin ? (
            <RetentionForm saved={saved} retention={retention} />
          ) : (
            <>
              <p>
                Records are kept for <strong>{saved.retentionDays} days</strong>, those of who changed what for{' '}
                <strong>{saved.auditDays} days</strong>.
              </p>
              <Notice>An operator sets this.</Notice>
            </>
          )
        }
      </Loaded>
    </Card>
  )
}

function wrongDays(text: string, min: number): string | undefined {
  const days = Number(text)
  if (/^\d+$/.test(text.trim()) && days >= min && days <= MAX_DAYS) return undefined
  return `Enter a whole number from ${min} to ${MAX_DAYS}.`
}

function RetentionForm({ saved, retention }: { readonly saved: Retention; readonly retention: Loading<Retention> }) {
  const tenant = useTenant()
  const [isAsking, setAsking] = useState(false)
  const { value, set, isDirty } = useDraft(
    { days: String(saved.retentionDays), auditDays: String(saved.auditDays) },
    saved.version,
  )
  const wrong = wrongDays(value.days, MIN_DAYS)
  const wrongAudit = wrongDays(value.auditDays, MIN_AUDIT_DAYS)
  const [days, auditDays] = [Number(value.days), Number(value.auditDays)]
  const isLess = days < saved.retentionDays || auditDays < saved.auditDays
  const save = useAction(async () => {
    const call = api.PUT('/api/manage/tenants/{tenant}/settings/retention', {
      params: { path: pathOf(tenant) },
      body: { version: saved.version, retentionDays: days, auditDays },
    })
    retention.put(await answered(call))
    announce('Retention saved')
  })
  const load = async () => {
    await retention.reload()
    save.clear()
  }
  return (
    <Form
      onSubmit={() => {
        if ((wrong ?? wrongAudit) !== undefined || !isDirty) return
        if (isLess) setAsking(true)
        else void save.run()
      }}
    >
      <DaysField
        label="Days for changes"
        min={MIN_DAYS}
        value={value.days}
        error={wrong ?? save.problem?.at('/retentionDays')}
        hint="Activity, webhooks and the product read these."
        onInput={(text) => set({ days: text })}
      />
      <DaysField
        label="Days for administration"
        min={MIN_AUDIT_DAYS}
        value={value.auditDays}
        error={wrongAudit ?? save.problem?.at('/auditDays')}
        hint="Who changed which token, link, setting or role."
        onInput={(text) => set({ auditDays: text })}
      />
      <SaveBar action={save} isDirty={isDirty} onLoad={() => void load()} />
      {isAsking && <Shorter saved={saved} days={days} auditDays={auditDays} save={save} onClose={() => setAsking(false)} />}
    </Form>
  )
}

interface DaysProps {
  readonly label: string
  readonly min: number
  readonly value: string
  readonly error: string | undefined
  readonly hint: string
  readonly onInput: (text: string) => void
}

const DaysField = ({ min, hint, ...field }: DaysProps) => (
  <TextField type="number" min={min} max={MAX_DAYS} hint={`${hint} From ${min} days to ${MAX_DAYS}.`} {...field} />
)

interface ShorterProps {
  readonly saved: Retention
  readonly days: number
  readonly auditDays: number
  readonly save: Action<[]>
  readonly onClose: () => void
}

function Shorter({ saved, days, auditDays, save, onClose }: ShorterProps) {
  const confirmed = async () => {
    await save.run()
    onClose() // what went wrong is shown in the form
  }
  const goes = [
    ...(days < saved.retentionDays ? [`Every record of a change that is older than ${days} days`] : []),
    ...(auditDays < saved.auditDays ? [`Every record of administration that is older than ${auditDays} days`] : []),
  ]
  return (
    <Confirm
      title="Keep records for less time?"
      confirm="Delete older records"
      action={save}
      onConfirm={() => void confirmed()}
      onClose={onClose}
    >
      {goes.map((what) => (
        <p key={what}>{what} is deleted within hours, and nothing brings it back.</p>
      ))}
      <p>People, groups and roles stay as they are.</p>
    </Confirm>
  )
}
