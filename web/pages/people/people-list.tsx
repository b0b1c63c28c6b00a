import { useLayoutEffect, useState } from 'preact/hooks'
import { addressOf, go } from '../../shell/router'
import { useTenant } from '../../shell/tenant'
import { Button, PageLink } from '../../ui/button'
import { countPeople } from '../../ui/count'
import { Empty, Loaded, More } from '../../ui/loaded'
import { Notice } from '../../ui/notice'
import { Table, type Column } from '../../ui/table'
import { Time } from '../../ui/time'
import { BulkBar } from './bulk-bar'
import { FailedDialog, type Failure } from './failed-dialog'
import { clearFilters, isFiltered, type Wanted } from './filters'
import { nameOf, personAddress, PersonState, type Person } from './person'
import { ReleaseAll } from './release-all'
import type { People } from './use-people'

/** The people found, and what can be done to several of them. */
export function PeopleList({ people, wanted }: { readonly people: People; readonly wanted: Wanted }) {
  const { slug, isAdmin } = useTenant()
  const { list, rows, isComplete } = people
  const [keys, setKeys] = useState<ReadonlySet<string>>(new Set())
  useLayoutEffect(() => setKeys(new Set()), [wanted.search, wanted.role, wanted.status])
  const [failure, setFailure] = useState<Failure>()
  const chosen = rows.filter(({ id }) => keys.has(id))
  const reload = () => void list.reload()
  return (
    <>
      {!isComplete && (
        <Notice title="Names were not looked into">
          In a directory of more than 10,000 people the search finds the beginning of a userName or e-mail address, or a whole id,
          externalId or product id.
        </Notice>
      )}
      <Loaded of={list} rows={8}>
        {() =>
          rows.length === 0 ? (
            <Nobody wanted={wanted} hasMore={list.more !== undefined} />
          ) : (
            <>
              <div class="list-bar">
                {chosen.length > 0 ? (
                  <BulkBar chosen={chosen} onClear={() => setKeys(new Set())} onFailed={setFailure} onDone={reload} />
                ) : (
                  <p class="muted" role="status">
                    {list.more === undefined ? countPeople(rows.length) : `The first ${countPeople(rows.length)}`}
                  </p>
                )}
                {isAdmin && wanted.status === 'pending' && chosen.length === 0 && (
                  <ReleaseAll onFailed={setFailure} onDone={reload} />
                )}
              </div>
              <Table
                caption="People"
                columns={COLUMNS}
                rows={rows}
                keyOf={({ id }) => id}
                open={({ id }) => go(personAddress(slug, id))}
                selection={isAdmin ? { keys, change: setKeys, nameOf: ({ userName }) => userName } : undefined}
              />
            </>
          )
        }
      </Loaded>
      <More of={list} />
      {failure !== undefined && <FailedDialog of={failure} onClose={() => setFailure(undefined)} />}
    </>
  )
}

const COLUMNS: readonly Column<Person>[] = [
  { title: 'Name', width: '32%', cell: (person) => <Named person={person} /> },
  {
    title: 'Role',
    cell: ({ role, label = role, reason }) => (
      <>
        <strong>{label}</strong>
        <span class="cell-note">{reason.words}</span>
      </>
    ),
  },
  { title: 'State', width: '110px', cell: (person) => <PersonState person={person} /> },
  { title: 'Last changed', width: '150px', cell: ({ lastModified }) => <Time at={lastModified} /> },
]

function Named({ person }: { readonly person: Person }) {
  const { userName, email } = person
  const notes = [nameOf(person) === userName ? undefined : userName, sameAddress(email, userName) ? undefined : email]
  return (
    <>
      {nameOf(person)}
      {notes.map((note) => note !== undefined && <span class="cell-note">{note}</span>)}
    </>
  )
}

const sameAddress = (email: string | undefined, userName: string) => email?.toLowerCase() === userName.toLowerCase()

/** Why nobody is shown. A page that filters leave empty may still lead on. */
function Nobody({ wanted, hasMore }: { readonly wanted: Wanted; readonly hasMore: boolean }) {
  const { slug } = useTenant()
  if (hasMore) return <Empty icon="search" title="Nobody found so far" text="There are more people to look through." />
  if (wanted.status === 'pending' && wanted.search === '' && wanted.role === '') {
    return <Empty icon="checkCircle" title="Nobody waits for a release" action={<ClearFilters />} />
  }
  if (isFiltered(wanted)) {
    return (
      <Empty
        icon="search"
        title="Nobody found"
        text="A userName or e-mail address is found by its beginning; an id, externalId or product id only as a whole."
        action={<ClearFilters />}
      />
    )
  }
  return (
    <Empty
      icon="people"
      title="Nobody is provisioned yet"
      text="People appear here as Entra ID sends them. Enter Tenant URL and Secret Token there, assign people to the application and start provisioning."
      action={
        <PageLink kind="primary" to={addressOf(slug, 'connect')}>
          Connect Entra ID
        </PageLink>
      }
    />
  )
}

const ClearFilters = () => <Button onClick={clearFilters}>Clear filters</Button>
