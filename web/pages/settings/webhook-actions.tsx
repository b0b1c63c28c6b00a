import { useState } from 'preact/hooks'
import { answered, api, type Answer } from '../../api/client'
import { useAction } from '../../api/use-answer'
import { addressOf, go } from '../../shell/router'
import { pathOf, useTenant } from '../../shell/tenant'
import { Button } from '../../ui/button'
import { Confirm } from '../../ui/dialog'
import { Notice, ProblemNotice } from '../../ui/notice'
import { announce } from '../../ui/toast'
import { EditWebhook } from './edit-webhook'
import { nameOf, sayFailure, type Webhook } from './webhook-words'

interface About {
  readonly webhook: Webhook
  readonly onChange: () => void
}

/** Test, pause or resume, edit, remove. */
export function WebhookActions({ webhook, onChange }: About) {
  const tenant = useTenant()
  const path = { ...pathOf(tenant), webhook: webhook.id }
  const [tested, setTested] = useState<Answer<'testWebhook'>>()
  const [open, setOpen] = useState<'edit' | 'remove'>()
  const isPaused = webhook.state === 'paused'
  const test = useAction(async () => {
    setTested(undefined)
    setTested(await answered(api.POST('/api/manage/tenants/{tenant}/webhooks/{webhook}/test', { params: { path } })))
  })
  const pause = useAction(async () => {
    const body = { state: isPaused ? ('active' as const) : ('paused' as const) }
    await answered(api.PATCH('/api/manage/tenants/{tenant}/webhooks/{webhook}', { params: { path }, body }))
    announce(isPaused ? 'Webhook resumed' : 'Webhook paused')
    onChange()
  })
  return (
    <>
      <div class="row">
        <Button kind="primary" busy={test.isRunning} onClick={() => void test.run()}>
          {test.isRunning ? 'Sending…' : 'Send a test'}
        </Button>
        <Button busy={pause.isRunning} onClick={() => void pause.run()}>
          {isPaused ? 'Resume' : 'Pause'}
        </Button>
        <Button icon="edit" onClick={() => setOpen('edit')}>
          Edit
        </Button>
        <Button kind="danger" icon="delete" onClick={() => setOpen('remove')}>
          Remove
        </Button>
      </div>
      <div aria-live="polite">{tested !== undefined && <Tested result={tested} />}</div>
      <ProblemNotice problem={test.problem ?? pause.problem} />
      {open === 'edit' && <EditWebhook webhook={webhook} onClose={() => setOpen(undefined)} onChange={onChange} />}
      {open === 'remove' && <RemoveWebhook webhook={webhook} onClose={() => setOpen(undefined)} />}
    </>
  )
}

function Tested({ result: { delivered, error, status, ms } }: { readonly result: Answer<'testWebhook'> }) {
  if (!delivered) {
    return (
      <Notice kind="error" title="The test was not received">
        {sayFailure(error, status)}
      </Notice>
    )
  }
  return (
    <Notice kind="success" title="The test was received">
      The receiver answered {status} in {ms} ms to an event of the type <code>webhook.test</code>.
    </Notice>
  )
}

function RemoveWebhook({ webhook, onClose }: { readonly webhook: Webhook; readonly onClose: () => void }) {
  const tenant = useTenant()
  const remove = useAction(async () => {
    const path = { ...pathOf(tenant), webhook: webhook.id }
    await answered(api.DELETE('/api/manage/tenants/{tenant}/webhooks/{webhook}', { params: { path } }))
    announce('Webhook removed')
    go(`${addressOf(tenant.slug, 'settings')}/webhooks`)
  })
  const { waiting } = webhook
  return (
    <Confirm
      title={`Remove ${nameOf(webhook)}?`}
      confirm="Remove webhook"
      action={remove}
      onConfirm={() => void remove.run()}
      onClose={onClose}
    >
      <p>
        It gets nothing more, and its secrets, failed tries and parked deliveries go.{' '}
        {waiting === 0
          ? 'Nothing waits for it now.'
          : `What waits for it is not sent either: records of ${waiting} ${waiting === 1 ? 'person or group' : 'people and groups'}.`}
      </p>
    </Confirm>
  )
}
