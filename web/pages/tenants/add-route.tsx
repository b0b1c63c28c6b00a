import { useState } from 'preact/hooks'
import { Button } from '../../ui/button'
import type { Choice } from '../../ui/combobox'
import { Select } from '../../ui/field'
import { GroupBox } from '../roles/group-box'
import type { DraftRoute, Routing } from './routing'

/** One more route for the draft. */
export function AddRoute({ routing, onAdd }: { readonly routing: Routing; readonly onAdd: (route: DraftRoute) => void }) {
  const targets = routing.connections.filter(({ state }) => state !== 'ending')
  const [group, setGroup] = useState<Choice>()
  const [tenant, setTenant] = useState(targets[0]?.tenant ?? '')
  const [isAsked, setAsked] = useState(false)
  if (targets.length === 0) return null
  return (
    <form
      class="filters add-route"
      onSubmit={(event) => {
        event.preventDefault()
        setAsked(group === undefined)
        if (group === undefined) return
        onAdd({ groupId: group.id, groupName: group.name, broken: false, tenant })
        setGroup(undefined)
      }}
    >
      <GroupBox value={group} onChange={setGroup} isAsked={isAsked} />
      <Select
        label="Goes to"
        value={tenant}
        options={targets.map((one) => ({ value: one.tenant, text: one.name }))}
        onChange={setTenant}
      />
      <Button type="submit" icon="add">
        Add route
      </Button>
    </form>
  )
}
