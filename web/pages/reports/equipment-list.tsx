import { useState } from 'preact/hooks'
import { answered, api } from '../../api/client'
import { usePages } from '../../api/use-pages'
import { pathOf, useTenant } from '../../shell/tenant'
import { Button } from '../../ui/button'
import type { Choice } from '../../ui/combobox'
import { SearchBox } from '../../ui/field'
import { Badge, Card } from '../../ui/layout'
import { Empty, Loaded, More } from '../../ui/loaded'
import { Table } from '../../ui/table'
import { Day } from '../../ui/time'
import { useDebounced } from '../../ui/use-debounced'
import type { Changing } from './disabled-holders'
import { ImportDialog } from './import-dialog'
import { ItemDialog, type Equipment } from './item-dialog'
import { PersonBox } from './person-box'
import { PersonName } from './person-name'
import { ReturnItem } from './return-item'

type Opened = { readonly kind: 'add' | 'import' } | { readonly kind: 'edit' | 'return'; readonly item: Equipment }

/** Everything that people have, with search; added, changed and returned here, or imported. */
export function EquipmentList({ changes, onChange }: Changing) {
  const tenant = useTenant()
  const [text, setText] = useState('')
  const [person, setPerson] = useState<Choice>()
  const [opened, setOpened] = useState<Opened>()
  const search = useDebounced(text.trim())
  const list = usePages(
    (page) => {
      const query = {
        ...(search !== '' && { search }),
        ...(person !== undefined && { assignee: person.id }),
        ...page,
      }
      return answered(api.GET('/api/manage/tenants/{tenant}/equipment', { params: { path: pathOf(tenant), query } }))
    },
    [tenant.slug, search, person?.id, changes],
  )
  const isFiltered = search !== '' || person !== undefined
  return (
    <Card
      title="Equipment"
      lead="Who has what. An item is known by its asset tag."
      actions={
        tenant.isAdmin && (
          <>
            <Button onClick={() => setOpened({ kind: 'import' })}>Import CSV</Button>
            <Button icon="add" onClick={() => setOpened({ kind: 'add' })}>
              Add item
            </Button>
          </>
        )
      }
    >
      <div class="filters equipment-filters">
        <SearchBox label="Search asset tag, model or serial number" value={text} onInput={setText} />
        <PersonBox label="Person" hideLabel placeholder="Person: name, userName or e-mail" value={person} onChange={setPerson} />
      </div>
      <Loaded of={list} rows={4}>
        {(items) =>
          items.length === 0 && list.more === undefined ? (
            <Nothing isFiltered={isFiltered} isAdmin={tenant.isAdmin} />
          ) : (
            <Items items={items} onOpen={setOpened} isAdmin={tenant.isAdmin} />
          )
        }
      </Loaded>
      <More of={list} />
      {opened !== undefined && <Open opened={opened} onClose={() => setOpened(undefined)} onChange={onChange} />}
    </Card>
  )
}

function Nothing({ isFiltered, isAdmin }: { readonly isFiltered: boolean; readonly isAdmin: boolean }) {
  if (isFiltered)
    return <Empty icon="search" title="Nothing is found" text="Search for something else, or clear search and person." />
  const what = isAdmin ? 'Add an item, or import the inventory you have as CSV.' : 'An administrator adds it.'
  return <Empty icon="reports" title="No equipment is recorded" text={what} />
}

function Items(given: {
  readonly items: readonly Equipment[]
  readonly isAdmin: boolean
  readonly onOpen: (opened: Opened) => void
}) {
  const { items, isAdmin, onOpen } = given
  return (
    <Table
      caption="Equipment"
      rows={items}
      keyOf={({ assetTag }) => assetTag}
      columns={[
        { title: 'Asset tag', width: '18%', cell: ({ assetTag }) => <strong>{assetTag}</strong> },
        {
          title: 'Model',
          cell: ({ model, serial }) => (
            <>
              {model}
              {serial !== '' && <span class="cell-note">Serial {serial}</span>}
            </>
          ),
        },
        {
          title: 'Person',
          cell: ({ assignee }) => (
            <>
              <PersonName {...assignee} />
              {assignee.state !== 'active' && (
                <Badge tone={assignee.state === 'deleted' ? 'danger' : 'neutral'}>
                  {assignee.state === 'deleted' ? 'Deleted' : 'Disabled'}
                </Badge>
              )}
            </>
          ),
        },
        { title: 'Since', width: '120px', cell: ({ since }) => <Day day={since} /> },
        {
          title: 'Actions',
          isActions: true,
          cell: (item) =>
            isAdmin && (
              <span class="row">
                <Button size="small" label={`Edit ${item.assetTag}`} onClick={() => onOpen({ kind: 'edit', item })}>
                  Edit
                </Button>
                <Button size="small" label={`Return ${item.assetTag}`} onClick={() => onOpen({ kind: 'return', item })}>
                  Return
                </Button>
              </span>
            ),
        },
      ]}
    />
  )
}

function Open({ opened, ...given }: { readonly opened: Opened; readonly onClose: () => void; readonly onChange: () => void }) {
  switch (opened.kind) {
    case 'import':
      return <ImportDialog {...given} />
    case 'add':
      return <ItemDialog {...given} item={undefined} />
    case 'edit':
      return <ItemDialog {...given} item={opened.item} />
    case 'return':
      return <ReturnItem {...given} assetTag={opened.item.assetTag} holder={opened.item.assignee} />
  }
}
