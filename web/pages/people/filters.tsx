import type { Answer } from '../../api/client'
import { setQuery } from '../../shell/router'
import { SearchBox, Select } from '../../ui/field'
import type { operations } from '../../api/openapi'

type Query = NonNullable<operations['listPeople']['parameters']['query']>
type Status = NonNullable<Query['status']>

/** What the address asks for. */
export interface Wanted {
  readonly search: string
  readonly role: string
  readonly status: Status | undefined
}

const STATUSES: readonly { readonly value: Status; readonly text: string }[] = [
  { value: 'active', text: 'Active' },
  { value: 'disabled', text: 'Disabled' },
  { value: 'pending', text: 'Pending' },
  { value: 'locked', text: 'Locked' },
]

/** An address may say anything: a status that there is not counts as none. */
export function wantedOf(search: string, query: URLSearchParams): Wanted {
  const status = STATUSES.find(({ value }) => value === query.get('status'))?.value
  return { search, role: query.get('role') ?? '', status }
}

export const isFiltered = ({ search, role, status }: Wanted) => search !== '' || role !== '' || status !== undefined

/** For the API, which takes no empty role. */
export const queryOf = ({ search, role, status }: Wanted) => ({
  ...(search !== '' && { search }),
  ...(role !== '' && { role }),
  ...(status !== undefined && { status }),
})

const RESERVED = ['Disabled', 'Pending']

export function Filters(given: {
  readonly text: string
  readonly setText: (text: string) => void
  readonly wanted: Wanted
  /** The tenant's access roles, once they are read. */
  readonly saved: Answer<'readRoles'> | undefined
}) {
  const { text, setText, wanted, saved } = given
  const { roles = [], labels = [] } = saved ?? {}
  const shown = (name: string) => labels.find(({ role }) => role === name)?.label ?? name
  const names = [...new Set([...roles, ...RESERVED, ...(wanted.role === '' ? [] : [wanted.role])])]
  return (
    <div class="filters">
      <SearchBox label="Search people" placeholder="Name, userName, e-mail or id" value={text} onInput={setText} />
      <Select
        label="Role"
        value={wanted.role}
        onChange={(role) => setQuery({ role })}
        options={[{ value: '', text: 'Any role' }, ...names.map((name) => ({ value: name, text: shown(name) }))]}
      />
      <Select
        label="Status"
        value={wanted.status ?? ''}
        onChange={(status) => setQuery({ status })}
        options={[{ value: '', text: 'Any status' }, ...STATUSES]}
      />
    </div>
  )
}

export const clearFilters = () => setQuery({ search: undefined, role: undefined, status: undefined })
