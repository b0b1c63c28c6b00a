import { answered, api, type Item } from '../../api/client'
import { usePages } from '../../api/use-pages'
import { addressOf, setQuery, useAddress } from '../../shell/router'
import { pathOf, useTenant } from '../../shell/tenant'
import { Button, PageLink } from '../../ui/button'
import { Changes } from '../../ui/changes'
import { Checkbox, SearchBox, Select, TextField } from '../../ui/field'
import { Icon, type IconName } from '../../ui/icons'
import { Card } from '../../ui/layout'
import { Empty, Loaded, More } from '../../ui/loaded'
import { Time } from '../../ui/time'
import { useSearch } from '../../ui/use-search'

export type Line = Item<'listActivity'>
type Kind = Line['kind']

const KINDS: Readonly<Record<Kind, readonly [text: string, icon: IconName]>> = {
  person: ['People', 'people'],
  group: ['Groups', 'groups'],
  role: ['Roles', 'roles'],
  settings: ['Settings', 'settings'],
  equipment: ['Equipment', 'reports'],
  connection: ['Connection', 'connect'],
  administration: ['Administration', 'lock'],
  refusal: ['Refused requests', 'alert'],
  other: ['Other', 'info'],
}
const KIND_OPTIONS = [{ value: '', text: 'Everything' }, ...Object.entries(KINDS).map(([value, [text]]) => ({ value, text }))]
const isKind = (text: string | null): text is Kind => text !== null && Object.hasOwn(KINDS, text)
const DAY_MS = 86_400_000

interface Filter {
  readonly search?: string
  readonly kind?: Kind
  readonly refused?: 'true'
  readonly from?: string
  readonly to?: string
}

/** What is looked for stands in the address, so that it can be sent to somebody. */
function filterOf(query: URLSearchParams): Filter {
  const [search, kind, day] = [query.get('search') ?? '', query.get('kind'), query.get('day')]
  return {
    ...(search !== '' && { search }),
    ...(isKind(kind) && { kind }),
    ...(query.get('refused') === 'true' && { refused: 'true' }),
    ...(day !== null && !Number.isNaN(Date.parse(day)) && daySpan(day)),
  }
}

const daySpan = (day: string) => ({ from: `${day}T00:00:00Z`, to: new Date(Date.parse(day) + DAY_MS).toISOString() })

/** The feed and the refusals, newest first. */
export function Lines() {
  const tenant = useTenant()
  const { query } = useAddress()
  const filter = filterOf(query)
  const lines = usePages(
    (page) =>
      answered(
        api.GET('/api/manage/tenants/{tenant}/activity', {
          params: { path: pathOf(tenant), query: { limit: 50, ...filter, ...page } },
        }),
      ),
    [tenant.slug, JSON.stringify(filter)],
  )
  const isFiltered = Object.keys(filter).length > 0
  return (
    <Card
      title="What happened"
      actions={
        <Button
          size="small"
          icon="refresh"
          busy={lines.isLoading && lines.data !== undefined}
          onClick={() => void lines.reload()}
        >
          Refresh
        </Button>
      }
    >
      <Filters filter={filter} day={query.get('day') ?? ''} />
      <Loaded of={lines} rows={8}>
        {(items) => (items.length > 0 ? <List lines={items} slug={tenant.slug} /> : <Nothing isFiltered={isFiltered} />)}
      </Loaded>
      <More of={lines} />
    </Card>
  )
}

function Filters({ filter, day }: { readonly filter: Filter; readonly day: string }) {
  const { text, setText } = useSearch()
  return (
    <div class="filters">
      <SearchBox label="Search by name" value={text} onInput={setText} />
      <Select label="Show" value={filter.kind ?? ''} options={KIND_OPTIONS} onChange={(kind) => setQuery({ kind })} />
      <TextField label="Day, in UTC" type="date" value={day} onInput={(value) => setQuery({ day: value })} />
      <Checkbox
        label="Only refused requests"
        checked={filter.refused === 'true'}
        onChange={(checked) => setQuery({ refused: checked ? 'true' : undefined })}
      />
    </div>
  )
}

const List = ({ lines, slug }: { readonly lines: readonly Line[]; readonly slug: string }) => (
  <ol class="lines" aria-label="Activity, newest first">
    {lines.map((line) => (
      <OneLine
        key={line.seq ?? line.audit ?? `${line.time} ${line.refusal?.reason ?? ''} ${line.text}`}
        line={line}
        slug={slug}
      />
    ))}
  </ol>
)

function Nothing({ isFiltered }: { readonly isFiltered: boolean }) {
  if (!isFiltered) {
    return (
      <Empty icon="activity" title="Nothing has happened yet" text="Once Entra ID provisions people, each change stands here." />
    )
  }
  return (
    <Empty
      icon="search"
      title="Nothing was found"
      text="Nothing that happened fits what you look for."
      action={
        <PageLink to={location.pathname} kind="secondary">
          Show everything
        </PageLink>
      }
    />
  )
}

function OneLine({ line, slug }: { readonly line: Line; readonly slug: string }) {
  const { time, kind, text, changes, subject } = line
  const page = subject?.type === 'group' ? 'groups?group' : 'people?person'
  return (
    <li class={kind === 'refusal' ? 'line line-refusal' : 'line'}>
      <Icon name={KINDS[kind][1]} />
      <div class="line-body">
        <p>{text}</p>
        {changes.length > (kind === 'administration' ? 0 : 1) && <Changes of={changes} />}
      </div>
      <span class="line-side">
        {subject !== undefined && (
          <PageLink to={`${addressOf(slug, page)}=${subject.id}`} class="link">
            Open<span class="visually-hidden"> {subject.name ?? subject.type}</span>
          </PageLink>
        )}
        <Time at={time} />
      </span>
    </li>
  )
}
