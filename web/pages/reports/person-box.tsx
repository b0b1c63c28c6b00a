import { answered, api } from '../../api/client'
import { pathOf, useTenant } from '../../shell/tenant'
import { Combobox, type Choice } from '../../ui/combobox'

const SHOWN = 20

/** Chooses one of the tenant's people. */
export function PersonBox(given: {
  readonly label: string
  readonly hideLabel?: boolean
  readonly placeholder?: string
  readonly value: Choice | undefined
  readonly onChange: (person: Choice | undefined) => void
  readonly error?: string | undefined
}) {
  const tenant = useTenant()
  async function search(text: string): Promise<Choice[]> {
    const params = { path: pathOf(tenant), query: { search: text, limit: SHOWN } }
    const { items } = await answered(api.GET('/api/manage/tenants/{tenant}/people', { params }))
    return items.map(({ id, userName, displayName, active }) => ({
      id,
      name: displayName ?? userName,
      note: active ? userName : `${userName} · disabled`,
    }))
  }
  return (
    <Combobox
      placeholder="Name, userName or e-mail"
      {...given}
      search={search}
      none={(text) => (text.trim() === '' ? 'There is nobody yet. Entra ID has to provision people first.' : 'Nobody is found.')}
    />
  )
}
