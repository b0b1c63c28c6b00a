import { answered, api } from '../../api/client'
import { useAction } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { count } from '../../ui/count'
import { Confirm } from '../../ui/dialog'
import { announce } from '../../ui/toast'
import { draftOf, isSame, type SavedRoles } from './draft'

const LOOK_EVERY_MS = 1_000
/** They come within seconds; after so many looks they are the same as before. */
const LOOKS = 15

/** Gives the tenant's own roles up for those of its super tenant. At work until they have come. */
export function Inherit(given: {
  readonly saved: SavedRoles
  readonly onClose: () => void
  readonly onDone: (inherited: SavedRoles) => void
}) {
  const { saved, onClose, onDone } = given
  const params = { path: pathOf(useTenant()) }
  const from = saved.canInheritFrom?.name ?? ''
  const read = () => answered(api.GET('/api/manage/tenants/{tenant}/roles', { params }))
  const inherit = useAction(async () => {
    const now = await read()
    // The version is that of all settings: where others of them were saved, these are still what is given up.
    const { version } = isSame(draftOf(now), draftOf(saved)) ? now : saved
    const body = { version, inherits: true }
    let roles = await answered(api.PUT('/api/manage/tenants/{tenant}/roles/inheritance', { params, body }))
    const asked = roles.version
    for (let looks = 0; looks < LOOKS && roles.version === asked; looks += 1) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
      roles = await read()
    }
    announce(`Roles and rules are those of ${from} now`)
    onDone(roles)
  })
  return (
    <Confirm
      title={`Inherit the roles of ${from}?`}
      confirm="Inherit roles"
      action={inherit}
      onConfirm={() => void inherit.run()}
      onClose={onClose}
    >
      <p>
        The {count(saved.roles.length, 'role')} and {count(saved.rules.length, 'rule')} of this tenant are given up, and what is
        not saved on this page. Roles, default role and the rules for routed groups come from {from} within seconds and follow
        every change there.
      </p>
      <p>
        Whoever has another role by those gets it at once, and the product learns of it. How many people that is cannot be told
        before: only {from} knows its rules. Locked people keep their role.
      </p>
    </Confirm>
  )
}
