import { answered, api, download } from '../../api/client'
import { useAction, useAnswer } from '../../api/use-answer'
import { setQuery, useAddress } from '../../shell/router'
import { pathOf, useTenant } from '../../shell/tenant'
import { Button } from '../../ui/button'
import { Page } from '../../ui/layout'
import { Notice, ProblemNotice } from '../../ui/notice'
import { useSearch } from '../../ui/use-search'
import { Filters, queryOf, wantedOf } from './filters'
import { PeopleList } from './people-list'
import { PersonDrawer } from './person-drawer'
import { usePeople } from './use-people'

/** Everybody whom the directory has sent, with role and reason. The address holds what is looked for and who is open. */
export function PeoplePage() {
  const tenant = useTenant()
  const { text, setText, search } = useSearch()
  const { query } = useAddress()
  const wanted = wantedOf(search, query)
  const people = usePeople(wanted)
  const params = { path: pathOf(tenant) }
  const roles = useAnswer(() => answered(api.GET('/api/manage/tenants/{tenant}/roles', { params })), [tenant.slug])
  const settings = useAnswer(() => answered(api.GET('/api/manage/tenants/{tenant}/settings', { params })), [tenant.slug])
  const save = useAction(() => {
    const filters = new URLSearchParams(queryOf(wanted)).toString()
    return download(`/api/manage/tenants/${tenant.slug}/people/csv?${filters}`, `people-${tenant.slug}.csv`)
  })
  const open = query.get('person')
  return (
    <Page
      title="People"
      lead="Everybody whom Entra ID has provisioned, with access role and reason."
      actions={
        <Button icon="download" busy={save.isRunning} onClick={() => void save.run()}>
          Download CSV
        </Button>
      }
    >
      <ProblemNotice problem={save.problem} />
      <ProblemNotice problem={roles.problem} />
      {settings.data?.staging === true && wanted.status !== 'pending' && (
        <Notice
          title="Newcomers are held back"
          action={
            <Button size="small" onClick={() => setQuery({ status: 'pending' })}>
              Show pending
            </Button>
          }
        >
          Who is provisioned now is Pending, without a role, until somebody releases them.
        </Notice>
      )}
      <section class="card" aria-labelledby="list">
        <h2 id="list" class="visually-hidden">
          List of people
        </h2>
        <Filters text={text} setText={setText} wanted={wanted} saved={roles.data} />
        <PeopleList people={people} wanted={wanted} />
      </section>
      {open !== null && (
        <PersonDrawer
          key={open}
          id={open}
          onClose={() => setQuery({ person: undefined })}
          onChange={people.change}
          onGone={() => void people.list.reload()}
        />
      )}
    </Page>
  )
}
