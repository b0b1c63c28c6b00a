import { useState } from 'preact/hooks'
import { answered, api, type Item } from '../../api/client'
import { usePages } from '../../api/use-pages'
import { addressOf, setQuery, useAddress } from '../../shell/router'
import { Button, IconButton, PageLink } from '../../ui/button'
import { copyText } from '../../ui/copy'
import { Checkbox, SearchBox } from '../../ui/field'
import { Card } from '../../ui/layout'
import { Empty, Loaded, More } from '../../ui/loaded'
import { Table, type Column } from '../../ui/table'
import { Time } from '../../ui/time'
import { useSearch } from '../../ui/use-search'
import { HealthBadge } from '../health/health-state'
import { CreateTenant } from './create-tenant'

type Tenant = Item<'listTenants'>

/** States that do not pass by themselves. */
const NEED_A_LOOK = 'failing,silent,late'

/** Every tenant by slug, found by slug or name, and how it is. What is looked for stands in the address. */
export function TenantList({ isAdmin }: { readonly isAdmin: boolean }) {
  const { text, setText, search } = useSearch()
  const isLook = useAddress().query.get('look') === 'true'
  const [isCreating, setCreating] = useState(false)
  const tenants = usePages(
    (page) =>
      answered(
        api.GET('/api/manage/tenants', {
          params: {
            query: { ...(search !== '' && { search }), ...(isLook && { health: NEED_A_LOOK }), ...page },
          },
        }),
      ),
    [search, isLook],
  )
  const create = isAdmin && (
    <Button kind="primary" icon="add" onClick={() => setCreating(true)}>
      Create a tenant
    </Button>
  )
  return (
    <Card title="All tenants" actions={create}>
      <div class="filters">
        <SearchBox
          label="Search tenants"
          placeholder="Beginning of the slug, or part of the name"
          value={text}
          onInput={setText}
        />
        <Checkbox
          label="Only those that need a look"
          checked={isLook}
          onChange={(checked) => setQuery({ look: checked ? 'true' : undefined })}
        />
      </div>
      <Loaded of={tenants}>
        {(items) =>
          items.length > 0 ? (
            <Table caption="Tenants" rows={items} keyOf={({ slug }) => slug} columns={COLUMNS} />
          ) : (
            <NoTenants search={search} isLook={isLook} />
          )
        }
      </Loaded>
      <More of={tenants} />
      {isCreating && <CreateTenant onClose={() => setCreating(false)} />}
    </Card>
  )
}

function NoTenants({ search, isLook }: { readonly search: string; readonly isLook: boolean }) {
  if (isLook) {
    const found = search === '' ? 'No tenant' : `No tenant that “${search}” finds`
    return <Empty icon="checkCircle" title="Nothing needs a look" text={`${found} is failing, silent or late.`} />
  }
  if (search === '') return <Empty icon="tenants" title="There is no tenant" text="Create one for each customer." />
  return <Empty icon="search" title="No tenant fits" text={`No slug begins with “${search}”, and no name holds it.`} />
}

const urlId = (slug: string) => `url-${slug}`

async function copy({ slug, tenantUrl, name }: Tenant): Promise<void> {
  if (await copyText(tenantUrl, `Tenant URL of ${name} copied`)) return
  const shown = document.getElementById(urlId(slug))
  if (shown !== null) getSelection()?.selectAllChildren(shown)
}

const COLUMNS: readonly Column<Tenant>[] = [
  {
    title: 'Name',
    cell: ({ slug, name }) => (
      <strong>
        <PageLink to={addressOf(slug, 'connect')}>{name}</PageLink>
      </strong>
    ),
  },
  { title: 'Slug', cell: ({ slug }) => <code>{slug}</code> },
  {
    title: 'Health',
    width: '22%',
    cell: ({ slug, name, health }) =>
      health === undefined ? (
        'Not judged yet'
      ) : (
        <>
          <PageLink to={addressOf(slug, 'health')}>
            <HealthBadge state={health.state} />
            <span class="visually-hidden"> health of {name}</span>
          </PageLink>
          <span class="cell-note">
            since <Time at={health.since} style="short" />
            {health.likelyQuarantine && ', probably in quarantine'}
          </span>
        </>
      ),
  },
  { title: 'Tenant URL', width: '30%', cell: ({ slug, tenantUrl }) => <span id={urlId(slug)}>{tenantUrl}</span> },
  { title: 'Created', cell: ({ created }) => (created === undefined ? 'Unknown' : <Time at={created} style="day" />) },
  {
    title: 'Actions',
    isActions: true,
    cell: (one) => <IconButton icon="copy" label={`Copy Tenant URL of ${one.name}`} onClick={() => void copy(one)} />,
  },
]
