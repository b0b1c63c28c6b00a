import { useState } from 'preact/hooks'
import type { Choice } from '../../ui/combobox'
import { Confirm } from '../../ui/dialog'
import { groupOf } from './checks'
import type { DraftRule } from './draft'
import { GroupBox } from './group-box'

/** Gives the rule another group: place, role and id stay. */
export function ChangeGroup(given: {
  readonly rule: DraftRule
  readonly onClose: () => void
  readonly onChange: (group: Pick<DraftRule, 'groupId' | 'groupName' | 'groupExternalId' | 'isBroken' | 'suggestion'>) => void
}) {
  const { rule, onClose, onChange } = given
  const [group, setGroup] = useState<Choice>()
  const [isAsked, setAsked] = useState(false)
  function take(): void {
    setAsked(true)
    if (group === undefined) return
    const { id: groupId, name: groupName } = group
    onChange({ groupId, groupName, groupExternalId: undefined, isBroken: false, suggestion: undefined })
  }
  return (
    <Confirm
      title={`Change the group of ${groupOf(rule)}`}
      confirm="Use this group"
      kind="primary"
      onConfirm={take}
      onClose={onClose}
    >
      <p>The rule keeps its place and its role. Nothing is stored before you save.</p>
      <GroupBox value={group} onChange={setGroup} isAsked={isAsked} />
    </Confirm>
  )
}
