import { useState } from 'preact/hooks'
import { Button } from '../../ui/button'
import type { Choice } from '../../ui/combobox'
import { Select } from '../../ui/field'
import { announce } from '../../ui/toast'
import { newKey, roleOptions, withRule, type Editing } from './draft'
import { GroupBox } from './group-box'

/** A new rule comes last; it is moved from there. */
export function AddRule({ draft, change, labels }: Editing) {
  const { roles, rules, defaultKey } = draft
  const [group, setGroup] = useState<Choice>()
  const [chosen, setChosen] = useState<string>()
  const [isAsked, setAsked] = useState(false)
  const offered = roles.find(({ key }) => key === chosen) ?? roles.find(({ key }) => key !== defaultKey) ?? roles[0]
  function add(): void {
    setAsked(group === undefined)
    if (group === undefined || offered === undefined) return
    const { id: groupId, name: groupName } = group
    change(withRule(draft, { key: newKey(), id: undefined, groupId, groupName, isBroken: false, roleKey: offered.key }))
    announce(`Rule ${rules.length + 1} of ${rules.length + 1} added to the draft`)
    setGroup(undefined)
  }
  return (
    <form
      class="add-rule"
      aria-label="Add a rule"
      onSubmit={(event) => {
        event.preventDefault()
        add()
      }}
    >
      <GroupBox value={group} onChange={setGroup} isAsked={isAsked} />
      <Select label="Role" value={offered?.key ?? ''} options={roleOptions(roles, labels)} onChange={setChosen} />
      <Button type="submit" icon="add">
        Add rule
      </Button>
    </form>
  )
}
