import { useState } from 'preact/hooks'
import { answered, api } from '../../api/client'
import { useAction } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { Button } from '../../ui/button'
import { Confirm } from '../../ui/dialog'
import { Card } from '../../ui/layout'
import { RotateDialog } from '../../ui/rotate-dialog'
import { Table } from '../../ui/table'
import { Time } from '../../ui/time'
import { announce } from '../../ui/toast'
import { SigningSecret } from './signing-secret'
import { mayChange, type Webhook } from './webhook-words'

/** The secrets that sign now, and their rotation. */
export function WebhookSecrets({ webhook, onChange }: { readonly webhook: Webhook; readonly onChange: () => void }) {
  const isChangeable = mayChange(useTenant(), webhook)
  const [isRotating, setRotating] = useState(false)
  const [ended, setEnded] = useState<number>()
  const newest = webhook.secrets.at(-1)?.number
  return (
    <Card
      title="Signing secrets"
      lead="After a rotation both sign for 24 hours, and a receiver that knows either accepts each delivery."
      actions={isChangeable && <Button onClick={() => setRotating(true)}>Rotate secret</Button>}
    >
      <Table
        caption="Signing secrets"
        rows={webhook.secrets}
        keyOf={({ number }) => String(number)}
        columns={[
          { title: 'Secret', cell: ({ number }) => `Number ${number}` },
          { title: 'Made', cell: ({ created }) => <Time at={created} style="short" /> },
          {
            title: 'Signs until',
            cell: ({ ends }) => (ends === undefined ? 'It is replaced' : <Time at={ends} style="short" />),
          },
          {
            title: 'Actions',
            isActions: true,
            cell: ({ number }) =>
              isChangeable &&
              number !== newest && (
                <Button size="small" kind="danger" label={`End secret ${number}`} onClick={() => setEnded(number)}>
                  End now
                </Button>
              ),
          },
        ]}
      />
      {isRotating && <Rotate id={webhook.id} onClose={() => setRotating(false)} onChange={onChange} />}
      {ended !== undefined && <End id={webhook.id} number={ended} onClose={() => setEnded(undefined)} onChange={onChange} />}
    </Card>
  )
}

interface About {
  readonly id: string
  readonly onClose: () => void
  readonly onChange: () => void
}

function Rotate({ id, onClose, onChange }: About) {
  const path = { ...pathOf(useTenant()), webhook: id }
  return (
    <RotateDialog
      title="Rotate secret"
      submit="Make new secret"
      make={() => answered(api.POST('/api/manage/tenants/{tenant}/webhooks/{webhook}/secrets', { params: { path } }))}
      show={({ secret }) => <SigningSecret secret={secret} />}
      onMade={onChange}
      onClose={onClose}
    >
      <p>
        For 24 hours each delivery carries two signatures, by the new and by the old secret. Give the receiver the new one in that
        time; no delivery fails meanwhile.
      </p>
    </RotateDialog>
  )
}

function End({ id, number, onClose, onChange }: About & { readonly number: number }) {
  const tenant = useTenant()
  const end = useAction(async () => {
    const path = { ...pathOf(tenant), webhook: id, number }
    await answered(api.DELETE('/api/manage/tenants/{tenant}/webhooks/{webhook}/secrets/{number}', { params: { path } }))
    announce('Secret ended')
    onChange()
    onClose()
  })
  return (
    <Confirm title={`End secret ${number}?`} confirm="End secret" action={end} onConfirm={() => void end.run()} onClose={onClose}>
      <p>It signs nothing from now on. A receiver that knows this secret alone refuses every delivery.</p>
    </Confirm>
  )
}
