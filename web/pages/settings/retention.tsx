import { useState } from 'preact/hooks'
import { answered, api, type Answer } from '../../api/client'
import { useAction, useAnswer, type Loading } from '../../api/use-answer'
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
                Records are kept for <strong>{saved.retentionDays} days</strong>.
              </p>
              <Notice>An operator sets this.</Notice>
            </>
          )
        }
      </Loaded>
    </Card>
  )
}

function wrongDays(text: string): string | undefined {
  const days = Number(text)
  if (/^\d+$/.test(text.trim()) && days >= MIN_DAYS && days <= MAX_DAYS) return undefined
  return `Enter a whole number from ${MIN_DAYS} to ${MAX_DAYS}.`
}

function RetentionForm({ saved, retention }: { readonly saved: Retention; readonly retention: Loading<Retention> }) {
  const tenant = useTenant()
  const [isAsking, setAsking] = useState(false)
  const { value, set, isDirty } = useDraft({ days: String(saved.retentionDays) }, saved.version)
  const wrong = wrongDays(value.days)
  const days = Number(value.days)
  const save = useAction(async () => {
    const call = api.PUT('/api/manage/tenants/{tenant}/settings/retention', {
      params: { path: pathOf(tenant) },
      body: { version: saved.version, retentionDays: days },
    })
    retention.put(await answered(call))
    announce('Retention saved')
  })
  const load = async () => {
    await retention.reload()
    save.clear()
  }
  const confirmed = async () => {
    await save.run()
    setAsking(false) // what went wrong is shown in the form
  }
  return (
    <Form
      onSubmit={() => {
        if (wrong !== undefined || !isDirty) return
        if (days < saved.retentionDays) setAsking(true)
        else void save.run()
      }}
    >
      <TextField
        label="Days"
        type="number"
        min={MIN_DAYS}
        max={MAX_DAYS}
        value={value.days}
        error={wrong ?? save.problem?.at('/retentionDays')}
        hint={`From ${MIN_DAYS} days to ${MAX_DAYS}, which is ten years.`}
        onInput={(text) => set({ days: text })}
      />
      <SaveBar action={save} isDirty={isDirty} onLoad={() => void load()} />
      {isAsking && (
        <Confirm
          title={`Keep records for ${days} days only?`}
          confirm="Delete older records"
          action={save}
          onConfirm={() => void confirmed()}
          onClose={() => setAsking(false)}
        >
          <p>
            Now they are kept for {saved.retentionDays} days. Every record that is older than {days} days is deleted within hours,
            and nothing brings it back. People, groups and roles stay as they are.
          </p>
        </Confirm>
      )}
    </Form>
  )
}
