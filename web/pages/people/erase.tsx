import { useState } from 'preact/hooks'
import { answered, api } from '../../api/client'
import { useAction } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { Button } from '../../ui/button'
import { Confirm } from '../../ui/dialog'
import { TextField } from '../../ui/field'
import { Section } from '../../ui/section'
import { announce } from '../../ui/toast'

interface Given {
  readonly id: string
  /** What has to be typed, so that nobody is erased in passing. */
  readonly words: string
  readonly onDone: () => void
}

/** Erases a person for good. For operators alone. */
export function Erase(given: Given) {
  const [isOpen, setOpen] = useState(false)
  return (
    <Section title="Erase">
      <p>When a person asks to be forgotten. Disable and delete people in Entra ID otherwise.</p>
      <div>
        <Button kind="danger" icon="delete" onClick={() => setOpen(true)}>
          Erase person…
        </Button>
      </div>
      {isOpen && <EraseDialog {...given} onClose={() => setOpen(false)} />}
    </Section>
  )
}

function EraseDialog({ id, words, onDone, onClose }: Given & { readonly onClose: () => void }) {
  const tenant = useTenant()
  const [typed, setTyped] = useState('')
  const erase = useAction(async () => {
    const params = { path: { ...pathOf(tenant), id } }
    const { state } = await answered(
      api.POST('/api/manage/tenants/{tenant}/people/{id}/erase', { params, body: { confirm: id } }),
    )
    announce(state === 'erased' ? 'Person erased' : 'The person is being erased; the rest follows within minutes')
    onClose()
    onDone()
  })
  return (
    <Confirm
      title="Erase this person?"
      confirm="Erase person"
      action={erase}
      disabled={typed !== words}
      onConfirm={() => void erase.run()}
      onClose={onClose}
    >
      <p>
        One person is deleted, with lock and product id, and every record of the change feed loses this person’s values. All
        captured requests of this tenant go too, whomever they are about. Nothing brings it back. If the person is still assigned
        in Entra ID, the next cycle provisions them anew, so take the assignment away first.
      </p>
      <TextField label={`Type ${words} to confirm`} value={typed} onInput={setTyped} />
    </Confirm>
  )
}
