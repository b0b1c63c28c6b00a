import { useState } from 'preact/hooks'
import { Button } from '../../ui/button'
import type { Choice } from '../../ui/combobox'
import { Dialog } from '../../ui/dialog'
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
    <Dialog
      title={`Change the group of ${groupOf(rule)}`}
      onClose={onClose}
      actions={
        <>
          <Button kind="primary" onClick={take}>
            Use this group
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      <p>The rule keeps its place and its role. Nothing is stored before you save.</p>
      <GroupBox
        value={group}
        onChange={setGroup}
        error={isAsked && group === undefined ? 'Choose a group from the list.' : undefined}
      />
    </Dialog>
  )
}
