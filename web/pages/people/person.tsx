import type { Item } from '../../api/client'
import { addressOf } from '../../shell/router'
import { Badge } from '../../ui/layout'

export type Person = Item<'listPeople'>

export const nameOf = ({ displayName, userName }: Pick<Person, 'userName'> & { readonly displayName?: string | undefined }) =>
  displayName === undefined || displayName === '' ? userName : displayName

export const personAddress = (slug: string, id: string) => opened(addressOf(slug, 'people'), 'person', id)
export const groupAddress = (slug: string, id: string) => opened(addressOf(slug, 'groups'), 'group', id)

/** The page with that one open. Who is on it already keeps what is searched for. */
function opened(page: string, name: string, id: string): string {
  const query = new URLSearchParams(location.pathname === page ? location.search : '')
  query.set(name, id)
  return `${page}?${query.toString()}`
}

/** What is out of the ordinary with a person. */
export function PersonState({
  person: { active, staged, lock },
}: {
  readonly person: Pick<Person, 'active' | 'staged' | 'lock'>
}) {
  return (
    <span class="row">
      {!active && <Badge tone="danger">Disabled</Badge>}
      {staged && <Badge tone="warning">Pending</Badge>}
      {lock !== undefined && <Badge tone="brand">Locked</Badge>}
      {active && !staged && lock === undefined && <span class="muted">Active</span>}
    </span>
  )
}
