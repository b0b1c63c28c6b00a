import { useState } from 'preact/hooks'
import { answered, api, download, type Item } from '../../api/client'
import { useAction } from '../../api/use-answer'
import { usePages } from '../../api/use-pages'
import { pathOf, useTenant } from '../../shell/tenant'
import { Button } from '../../ui/button'
import { Badge, Card } from '../../ui/layout'
import { Empty, Loaded, More } from '../../ui/loaded'
import { ProblemNotice } from '../../ui/notice'
import { Table } from '../../ui/table'
import { Time } from '../../ui/time'
import { PersonName } from './person-name'
import { ReturnItem } from './return-item'

type Holder = Item<'listDisabledHolders'>

export interface Changing {
  /** Counts up with every change of equipment on the page. */
  readonly changes: number
  readonly onChange: () => void
}

export function DisabledHolders({ changes, onChange }: Changing) {
  const tenant = useTenant()
  const path = pathOf(tenant)
  const holders = usePages(
    (page) =>
      answered(
        api.GET('/api/manage/tenants/{tenant}/equipment/disabled-holders', {
          params: { path, query: page },
        }),
      ),
    [tenant.slug, changes],
  )
  const save = useAction(() =>
    download(
      `/api/manage/tenants/${encodeURIComponent(tenant.slug)}/equipment/disabled-holders/csv`,
      `equipment-${tenant.slug}.csv`,
    ),
  )
  const isAny = (holders.data ?? []).length > 0
  return (
    <Card
      title="Disabled people with equipment"
      lead="Disabled or deleted in the directory, and something was not given back."
      actions={
        isAny && (
          <Button icon="download" busy={save.isRunning} onClick={() => void save.run()}>
            Download CSV
          </Button>
        )
      }
    >
      <ProblemNotice problem={save.problem} />
      <Loaded of={holders} rows={3}>
        {(items) =>
          items.length === 0 && holders.more === undefined ? (
            <Empty
              icon="checkCircle"
              title="Nobody who is disabled has equipment"
              text="Whoever is disabled and still has some appears here within seconds."
            />
          ) : (
            <Holders items={items} onChange={onChange} />
          )
        }
      </Loaded>
      <More of={holders} />
    </Card>
  )
}

function Holders({ items, onChange }: { readonly items: readonly Holder[]; readonly onChange: () => void }) {
  return (
    <Table
      caption="Disabled people with equipment"
      rows={items}
      keyOf={({ id }) => id}
      columns={[
        { title: 'Person', width: '30%', cell: (holder) => <PersonName {...holder} /> },
        {
          title: 'State',
          width: '120px',
          cell: ({ state }) => (state === 'deleted' ? <Badge tone="danger">Deleted</Badge> : <Badge>Disabled</Badge>),
        },
        {
          title: 'Since',
          width: '150px',
          cell: ({ disabledSince }) => (disabledSince === undefined ? 'Not known yet' : <Time at={disabledSince} style="day" />),
        },
        { title: 'Equipment', cell: (holder) => <Held holder={holder} onChange={onChange} /> },
      ]}
    />
  )
}

function Held({ holder, onChange }: { readonly holder: Holder; readonly onChange: () => void }) {
  const { isAdmin } = useTenant()
  const [returned, setReturned] = useState<string>()
  return (
    <>
      <ul class="held">
        {holder.items.map(({ assetTag, model, serial }) => (
          <li key={assetTag}>
            <span>
              {assetTag}
              <span class="cell-note">{[model, serial].filter((text) => text !== '').join(' · ')}</span>
            </span>
            {isAdmin && (
              <Button size="small" label={`Return ${assetTag}`} onClick={() => setReturned(assetTag)}>
                Return
              </Button>
            )}
          </li>
        ))}
      </ul>
      {returned !== undefined && (
        <ReturnItem assetTag={returned} holder={holder} onClose={() => setReturned(undefined)} onChange={onChange} />
      )}
    </>
  )
}
