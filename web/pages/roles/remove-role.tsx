import { useState } from 'preact/hooks'
import { count } from '../../ui/count'
import { Confirm } from '../../ui/dialog'
import { Select } from '../../ui/field'
import { roleOptions, usesOf, type Draft, type DraftRole, type Labels } from './draft'

/** What named the role has to name another one. */
export function RemoveRole(given: {
  readonly of: { readonly draft: Draft; readonly labels: Labels; readonly role: DraftRole }
  readonly onClose: () => void
  readonly onRemove: (instead: string) => void
}) {
  const { of, onClose, onRemove } = given
  const { draft, labels, role } = of
  const others = draft.roles.filter(({ key }) => key !== role.key)
  const [instead, setInstead] = useState(others.at(-1)?.key ?? '')
  const rules = usesOf(role, draft)
  return (
    <Confirm title={`Remove role ${role.name}?`} confirm="Remove role" onConfirm={() => onRemove(instead)} onClose={onClose}>
      <p>
        {role.key === draft.defaultKey && 'It is the default role. '}
        {rules > 0 && `It is given by ${count(rules, 'rule')}. `}
        Nothing is stored before you save.
      </p>
      <Select label="Role in its place" value={instead} options={roleOptions(others, labels)} onChange={setInstead} />
    </Confirm>
  )
}
