import { useState } from 'preact/hooks'
import { answered, api } from '../../api/client'
import { useAction } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { FormDialog } from '../../ui/form'
import { SaveProblem } from '../../ui/save'
import { announce } from '../../ui/toast'
import { WebhookFields, wrongWith, type WebhookValue } from './webhook-fields'
import { nameOf, type Webhook } from './webhook-words'

/** Only what was changed is sent, so that what somebody else changes meanwhile stays. */
export function EditWebhook(given: { readonly webhook: Webhook; readonly onClose: () => void; readonly onChange: () => void }) {
  const { webhook, onClose, onChange } = given
  const tenant = useTenant()
  const [before] = useState<WebhookValue>({ url: webhook.url, label: webhook.label, events: webhook.events })
  const [value, setValue] = useState(before)
  const [isChecked, setChecked] = useState(false)
  const save = useAction(async () => {
    const body = {
      ...(value.url !== before.url && { url: value.url.trim() }),
      ...(value.label !== before.label && { label: value.label }),
      ...(value.events !== before.events && { events: [...value.events] }),
    }
    const path = { ...pathOf(tenant), webhook: webhook.id }
    await answered(api.PATCH('/api/manage/tenants/{tenant}/webhooks/{webhook}', { params: { path }, body }))
    announce('Webhook saved')
    onChange()
    onClose()
  })
  return (
    <FormDialog
      title={`Edit ${nameOf(webhook)}`}
      submit="Save webhook"
      isRunning={save.isRunning}
      onClose={onClose}
      onSubmit={() => {
        setChecked(true)
        if (Object.keys(wrongWith(value)).length === 0) void save.run()
      }}
    >
      <WebhookFields value={value} onChange={setValue} wrong={isChecked ? wrongWith(value) : {}} problem={save.problem} />
      <SaveProblem
        problem={save.problem}
        onLoad={() => undefined}
        isPlaced={(path) => ['/url', '/label', '/events'].includes(path)}
      />
    </FormDialog>
  )
}
