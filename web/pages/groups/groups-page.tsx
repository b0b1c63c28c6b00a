import { answered, api, type Item } from '../../api/client'
import { usePages } from '../../api/use-pages'
import { addressOf, go, setQuery, useAddress } from '../../shell/router'
import { pathOf, useTenant } from '../../shell/tenant'
import { Button, PageLink } from '../../ui/button'
import { count } from '../../ui/count'
import { SearchBox } from '../../ui/field'
import { Badge, Page } from '../../ui/layout'
import { Empty, Loaded, More } from '../../ui/loaded'
import { Table, type Column } from '../../ui/table'
import { useSearch } from '../../ui/use-search'
import { groupAddress } from '../people/person'
import { GroupDrawer } from './group-drawer'

type Group = Item<'listGroups'>

/** The groups as the directory has sent them, and which of them give a role. */
export function GroupsPage() {
  const tenant = useTenant()
  const { text, setText, search } = useSearch()
  const { query } = useAddress()
  const groups = usePages(
    (page) => {
      const wanted = { ...(search !== '' && { search }), ...page }
      return answered(api.GET('/api/manage/tenants/{tenant}/groups', { params: { path: pathOf(tenant), query: wanted } }))
    },
    [tenant.slug, search],
  )
  const open = query.get('group')
  return (
    <Page
      title="Groups"
      lead="As Entra ID has pushed them. Names and members are changed there; which role a group gives is said in Roles."
    >
      <section class="card" aria-labelledby="list">
        <h2 id="list" class="visually-hidden">
          List of groups
        </h2>
        <div class="filters">
          <SearchBox label="Search groups" placeholder="Beginning of the name" value={text} onInput={setText} />
        </div>
        <Loaded of={groups} rows={6}>
          {(rows) =>
            rows.length === 0 ? (
              <NoGroups search={search} hasMore={groups.more !== undefined} />
            ) : (
              <>
                <p class="muted" role="status">
                  {groups.more === undefined ? count(rows.length, 'group') : `The first ${count(rows.length, 'group')}`}
                </p>
                <Table
                  caption="Groups"
                  rows={rows}
                  columns={COLUMNS}
                  keyOf={({ id }) => id}
                  open={({ id }) => go(groupAddress(tenant.slug, id))}
                />
              </>
            )
          }
        </Loaded>
        <More of={groups} />
      </section>
      {open !== null && <GroupDrawer key={open} id={open} onClose={() => setQuery({ group: undefined })} />}
    </Page>
  )
}

const COLUMNS: readonly Column<Group>[] = [
  { title: 'Name', width: '42%', cell: ({ displayName, id }) => (displayName === '' ? id : displayName) },
  {
    title: 'Gives role',
    width: '24%',
    cell: ({ rules }) =>
      rules.length === 0 ? (
        <span class="muted">None</span>
      ) : (
        <span class="row">
          {rules.map(({ id, role, label = role }) => (
            <Badge key={id} tone="brand">
              {label}
            </Badge>
          ))}
        </span>
      ),
  },
  {
    title: 'externalId',
    cell: ({ externalId }) => (externalId === undefined ? <span class="muted">None</span> : <code>{externalId}</code>),
  },
]

function NoGroups({ search, hasMore }: { readonly search: string; readonly hasMore: boolean }) {
  const { slug } = useTenant()
  if (hasMore) return <Empty icon="search" title="No group found so far" text="There are more groups to look through." />
  if (search !== '') {
    return (
      <Empty
        icon="search"
        title="No group found"
        text="A group is found by the beginning of its name."
        action={<Button onClick={() => setQuery({ search: undefined })}>Clear search</Button>}
      />
    )
  }
  return (
    <Empty
      icon="groups"
      title="No group is provisioned yet"
      text="Assign groups to the application in Entra ID, which needs Entra ID P1 or P2, and leave the mapping of groups enabled."
      action={
        <PageLink kind="primary" to={addressOf(slug, 'connect')}>
          Connect Entra ID
        </PageLink>
      }
    />
  )
}
