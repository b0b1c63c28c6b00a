import { answered, api } from '../../api/client'
import { pathOf, useTenant } from '../../shell/tenant'
import { Combobox, type Choice } from '../../ui/combobox'

const SHOWN = 20

/** Chooses one of the groups that Entra ID has sent. */
export function GroupBox(given: {
  readonly value: Choice | undefined
  readonly onChange: (group: Choice | undefined) => void
  /** Whether somebody wanted to go on with it. */
  readonly isAsked: boolean
}) {
  const { value, onChange, isAsked } = given
  const tenant = useTenant()
  async function search(text: string): Promise<Choice[]> {
    const params = { path: pathOf(tenant), query: { search: text, limit: SHOWN } }
    const { items } = await answered(api.GET('/api/manage/tenants/{tenant}/groups', { params }))
    const names = new Map<string, number>()
    for (const { displayName } of items) names.set(displayName, (names.get(displayName) ?? 0) + 1)
    return items.map(({ id, displayName, externalId }) => ({
      id,
      name: displayName === '' ? id : displayName,
      note: (names.get(displayName) ?? 0) > 1 ? (externalId ?? id) : undefined,
    }))
  }
  return (
    <Combobox
      value={value}
      onChange={onChange}
      error={isAsked && value === undefined ? 'Choose a group from the list.' : undefined}
      label="Group"
      placeholder="Beginning of the name"
      search={search}
      none={(text) =>
        text.trim() === ''
          ? 'Entra ID has sent no groups yet. Assign groups to the application and start provisioning.'
          : `No group has a name that begins with “${text.trim()}”.`
      }
    />
  )
}
