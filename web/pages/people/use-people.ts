import { useRef, useState } from 'preact/hooks'
import { answered, api } from '../../api/client'
import { usePages, type Pages } from '../../api/use-pages'
import { pathOf, useTenant } from '../../shell/tenant'
import { queryOf, type Wanted } from './filters'
import type { Person } from './person'

export interface People {
  readonly list: Pages<Person>
  /** As `list` has them, those that were changed here as they are now. */
  readonly rows: readonly Person[]
  readonly change: (person: Person) => void
  /** False: the directory is so large that names were not looked into. */
  readonly isComplete: boolean
}

export function usePeople(wanted: Wanted): People {
  const tenant = useTenant()
  const list = usePages(
    (page) => {
      const query = { ...queryOf(wanted), ...page }
      return answered(api.GET('/api/manage/tenants/{tenant}/people', { params: { path: pathOf(tenant), query } }))
    },
    [tenant.slug, wanted.search, wanted.role, wanted.status],
  )
  // Changes belong to the list as it was read; one that is read anew has them itself.
  const [changed, setChanged] = useState<{ of: unknown; people: ReadonlyMap<string, Person> }>({
    of: undefined,
    people: new Map(),
  })
  const page = useRef(list.page)
  page.current = list.page
  return {
    list,
    rows: (list.data ?? []).map((person) => (changed.of === list.page && changed.people.get(person.id)) || person),
    change: (person) => {
      const of = page.current
      setChanged((held) => ({ of, people: new Map([...(held.of === of ? held.people : []), [person.id, person]]) }))
    },
    isComplete: list.page?.complete ?? true,
  }
}
