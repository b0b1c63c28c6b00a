import { useState } from 'preact/hooks'
import { answered, api, type Answer } from '../../api/client'
import { useAction } from '../../api/use-answer'
import { addressOf } from '../../shell/router'
import { pathOf, useTenant } from '../../shell/tenant'
import { Button, PageLink } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { FormDialog } from '../../ui/form'
import { SaveProblem } from '../../ui/save'
import { ALL, nameOf } from './webhook-words'
import { WebhookFields, wrongWith, type WebhookValue } from './webhook-fields'
import { SigningSecret } from './signing-secret'

/** Address and events; then the secret, this once. */
export function MakeWebhook({ onClose, onMade }: { readonly onClose: () => void; readonly onMade: () => void }) {
  const tenant = useTenant()
  const [value, setValue] = useState<WebhookValue>({ url: '', label: '', events: [ALL] })
  const [made, setMade] = useState<Answer<'createWebhook'>>()
  const [isChecked, setChecked] = useState(false)
  const make = useAction(async () => {
    const body = { url: value.url.trim(), label: value.label, events: [...value.events] }
    const call = api.POST('/api/manage/tenants/{tenant}/webhooks', { params: { path: pathOf(tenant) }, body })
    setMade(await answered(call))
    onMade()
  })
  if (made !== undefined) {
    return (
      <Dialog
        title={nameOf(made)}
        onClose={onClose}
        actions={
          <>
            <PageLink kind="primary" to={`${addressOf(tenant.slug, 'settings')}/webhooks/${made.id}`}>
              Test it
            </PageLink>
            <Button onClick={onClose}>Done</Button>
          </>
        }
      >
        <p>It gets what happens from now on.</p>
        <SigningSecret secret={made.secret} />
      </Dialog>
    )
  }
  return (
    <FormDialog
      title="Add a webhook"
      submit="Add webhook"
      isRunning={make.isRunning}
      onClose={onClose}
      onSubmit={() => {
        setChecked(true)
        if (Object.keys(wrongWith(value)).length === 0) void make.run()
      }}
    >
      <WebhookFields value={value} onChange={setValue} wrong={isChecked ? wrongWith(value) : {}} problem={make.problem} />
      <SaveProblem
        problem={make.problem}
        onLoad={() => undefined}
        isPlaced={(path) => ['/url', '/label', '/events'].includes(path)}
      />
    </FormDialog>
  )
}
