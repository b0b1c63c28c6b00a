import { answered, api } from '../../api/client'
import { useAction } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { Confirm } from '../../ui/dialog'
import { announce } from '../../ui/toast'
import type { Person } from './person'

/** As the service ends the userName of somebody whose name was set free. */
export const isReleasedName = (userName: string) => /#released-[0-9a-f]{8}$/.test(userName)

/** Sets the userName of somebody inactive free for somebody new. */
export function ReleaseUserName(given: {
  readonly person: Pick<Person, 'id' | 'userName'>
  readonly onClose: () => void
  readonly onChange: (person: Person) => void
}) {
  const { person, onClose, onChange } = given
  const tenant = useTenant()
  const release = useAction(async () => {
    const params = { path: { ...pathOf(tenant), id: person.id } }
    const call = api.POST('/api/manage/tenants/{tenant}/people/{id}/release-user-name', { params })
    const changed = await answered(call)
    announce(`${person.userName} is free`)
    onChange(changed)
    onClose()
  })
  return (
    <Confirm
      title="Release this userName?"
      confirm="Release userName"
      action={release}
      onConfirm={() => void release.run()}
      onClose={onClose}
    >
      <p>
        <strong>{person.userName}</strong> becomes free, so that Entra ID can provision somebody new with it. This one person
        stays Disabled and keeps everything else, renamed to <code>{person.userName}#released-…</code>.
      </p>
      <p>If Entra ID still provisions this person, matched by externalId, its next change sets the userName back.</p>
    </Confirm>
  )
}
