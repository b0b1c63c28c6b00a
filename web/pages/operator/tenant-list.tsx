import { useState } from 'preact/hooks'
import { answered, api, type Item } from '../../api/client'
import { usePages } from '../../api/use-pages'
import { addressOf } from '../../shell/pages'
import { Button, IconButton, PageLink } from '../../ui/button'
import { copyText } from '../../ui/copy'
import { SearchBox } from '../../ui/field'
import { Card } from '../../ui/layout'
import { Empty, Loaded, More } from '../../ui/loaded'
import { Table, type Column } from '../../ui/table'
import { Time } from '../../ui/time'
import { useSearch } from '../../ui/use-search'
import { CreateTenant } from './create-tenant'

type Tenant = Item<'listTenants'>

/** Every tenant by slug, found by slug or name. */
export function TenantList({ isAdmin }: { readonly isAdmin: boolean }) {
  const { text, setText, search } = useSearch()
  const [isCreating, setCreating] = useState(false)
  const tenants = usePages(
    (after) =>
      answered(
        api.GET('/api/manage/tenants', {
          params: { query: { ...(search !== '' && { search }), ...(after !== undefined && { after }) } },
        }),
      ),
    [search],
  )
  const create = isAdmin && (
    <Button kind="primary" icon="add" onClick={() => setCreating(true)}>
      Create a tenant
    </Button>
  )
  return (
    <Card title="All tenants" actions={create}>
      <SearchBox label="Search tenants" placeholder="Beginning of the slug, or part of the name" value={text} onInput={setText} />
      <Loaded of={tenants}>
        {(items) =>
          items.length > 0 ? (
            <Table caption="Tenants" rows={items} keyOf={({ slug }) => slug} columns={COLUMNS} />
          ) : search === '' ? (
            <Empty icon="tenants" title="There is no tenant" text="Create one for each customer." />
          ) : (
            <Empty icon="search" title="No tenant fits" text={`No slug begins with “${search}”, and no name holds it.`} />
          )
        }
      </Loaded>
      <More of={tenants} />
      {isCreating && <CreateTenant onClose={() => setCreating(false)} />}
    </Card>
  )
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
  { title: 'Tenant URL', width: '42%', cell: ({ slug, tenantUrl }) => <span id={urlId(slug)}>{tenantUrl}</span> },
  { title: 'Created', cell: ({ created }) => (created === undefined ? 'Unknown' : <Time at={created} style="day" />) },
  {
    title: 'Actions',
    isActions: true,
    cell: (one) => <IconButton icon="copy" label={`Copy Tenant URL of ${one.name}`} onClick={() => void copy(one)} />,
  },
]
