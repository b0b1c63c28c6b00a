import { useState } from 'preact/hooks'
import { answered, api } from '../../api/client'
import { useAction } from '../../api/use-answer'
import { useTenant } from '../../shell/tenant'
import { Button } from '../../ui/button'
import { Combobox, type Choice } from '../../ui/combobox'
import { Confirm } from '../../ui/dialog'
import { announce } from '../../ui/toast'

const SHOWN = 20

/** For operators: allows this tenant to route people to another one. */
export function ConnectTenant({ onDone }: { readonly onDone: () => void }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button kind="primary" icon="add" onClick={() => setOpen(true)}>
        Connect a tenant
      </Button>
      {isOpen && <ConnectDialog onClose={() => setOpen(false)} onDone={onDone} />}
    </>
  )
}

function ConnectDialog({ onClose, onDone }: { readonly onClose: () => void; readonly onDone: () => void }) {
  const { slug, name } = useTenant()
  const [target, setTarget] = useState<Choice>()
  const [isAsked, setAsked] = useState(false)
  const connect = useAction(async () => {
    setAsked(true)
    if (target === undefined) return
    const path = { tenant: slug, target: target.id }
    await answered(api.PUT('/api/manage/tenants/{tenant}/connections/{target}', { params: { path }, body: {} }))
    announce(`${target.name} connected`)
    onDone()
    onClose()
  })
  async function search(text: string): Promise<Choice[]> {
    const { items } = await answered(api.GET('/api/manage/tenants', { params: { query: { search: text, limit: SHOWN } } }))
    return items.filter((one) => one.slug !== slug).map((one) => ({ id: one.slug, name: one.name, note: one.slug }))
  }
  return (
    <Confirm
      title="Connect a tenant"
      confirm="Connect"
      kind="primary"
      action={connect}
      onConfirm={() => void connect.run()}
      onClose={onClose}
    >
      <p>
        {name} may then route its groups there. Nobody is copied before its administrator saves a route. The other tenant keeps
        its own people; a tenant can be fed by one super tenant alone.
      </p>
      <Combobox
        label="Tenant"
        placeholder="Name or slug"
        value={target}
        onChange={setTarget}
        search={search}
        none={() => 'There is no such tenant.'}
        error={isAsked && target === undefined ? 'Choose a tenant from the list.' : undefined}
      />
    </Confirm>
  )
}
