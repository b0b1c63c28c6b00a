import { useState } from 'preact/hooks'
import { answered, api } from '../../api/client'
import { useAction } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { Button } from '../../ui/button'
import { Confirm } from '../../ui/dialog'
import { TextField } from '../../ui/field'
import { Form } from '../../ui/form'
import { Card } from '../../ui/layout'
import { ProblemNotice } from '../../ui/notice'
import { SaveBar } from '../../ui/save'
import { announce } from '../../ui/toast'
import { DeleteTenant } from './delete-tenant'

/** What only an operator may do to a tenant as a whole. */
export function DangerSection() {
  const { slug, paused } = useTenant()
  const [isDeleting, setDeleting] = useState(false)
  return (
    <>
      <Rename />
      <Pause key={String(paused)} />
      <Card title="Delete this tenant" lead={`Everything of ${slug} goes: people, groups, roles, settings, tokens, webhooks.`}>
        <p>Nothing brings it back but an export. Its slug never returns.</p>
        <div>
          <Button kind="danger" icon="delete" onClick={() => setDeleting(true)}>
            Delete tenant
          </Button>
        </div>
        {isDeleting && <DeleteTenant onClose={() => setDeleting(false)} />}
      </Card>
    </>
  )
}

function Rename() {
  const tenant = useTenant()
  const [name, setName] = useState(tenant.name)
  const rename = useAction(async () => {
    await answered(api.PATCH('/api/manage/tenants/{tenant}', { params: { path: pathOf(tenant) }, body: { name: name.trim() } }))
    await tenant.reload()
    announce('Tenant renamed')
  })
  const isEmpty = name.trim() === ''
  return (
    <Card title="Rename this tenant" lead="What people call the customer. The slug and the Tenant URL stay as they are.">
      <Form
        onSubmit={() => {
          if (!isEmpty && name.trim() !== tenant.name) void rename.run()
        }}
      >
        <TextField
          label="Name"
          value={name}
          maxLength={100}
          error={isEmpty ? 'Enter a name.' : rename.problem?.at('/name')}
          onInput={setName}
        />
        <SaveBar action={rename} isDirty={name.trim() !== tenant.name} onLoad={() => void tenant.reload()} />
      </Form>
    </Card>
  )
}

function Pause() {
  const tenant = useTenant()
  const { paused } = tenant
  const [isAsking, setAsking] = useState(false)
  const change = useAction(async () => {
    await answered(api.PATCH('/api/manage/tenants/{tenant}', { params: { path: pathOf(tenant) }, body: { paused: !paused } }))
    announce(paused ? 'Tenant resumed' : 'Tenant paused')
    await tenant.reload()
  })
  if (paused) {
    return (
      <Card title="Resume this tenant" lead="It is paused. What happened meanwhile is told in order when it is resumed.">
        <div>
          <Button kind="primary" busy={change.isRunning} onClick={() => void change.run()}>
            Resume tenant
          </Button>
        </div>
        <ProblemNotice problem={change.problem} />
      </Card>
    )
  }
  return (
    <Card
      title="Pause this tenant"
      lead="Holds what follows a change: roles are not announced, webhooks and reports wait. Nothing is lost."
    >
      <p>Entra ID goes on to send changes, and the product's API shows people with their roles as they are.</p>
      <div>
        <Button onClick={() => setAsking(true)}>Pause tenant</Button>
      </div>
      {isAsking && (
        <Confirm
          title={`Pause ${tenant.name}?`}
          confirm="Pause tenant"
          action={change}
          onConfirm={() => void change.run()}
          onClose={() => setAsking(false)}
        >
          <p>Until it is resumed, no webhook is sent and no change of a role is announced to your product.</p>
        </Confirm>
      )}
    </Card>
  )
}
