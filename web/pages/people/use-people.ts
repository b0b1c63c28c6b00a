import { useState } from 'preact/hooks'
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
  const [isComplete, setComplete] = useState(true)
  const [changed, setChanged] = useState<ReadonlyMap<string, Person>>(new Map())
  const list = usePages(
    async (after) => {
      const query = { ...queryOf(wanted), ...(after !== undefined && { after }) }
      const page = await answered(api.GET('/api/manage/tenants/{tenant}/people', { params: { path: pathOf(tenant), query } }))
      setComplete(page.complete)
      if (after === undefined) setChanged(new Map())
      return page
    },
    [tenant.slug, wanted.search, wanted.role, wanted.status],
  )
  return {
    list,
    rows: (list.data ?? []).map((person) => changed.get(person.id) ?? person),
    change: (person) => setChanged((held) => new Map([...held, [person.id, person]])),
    isComplete,
  }
}
