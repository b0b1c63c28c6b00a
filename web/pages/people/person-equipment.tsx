import { answered, api } from '../../api/client'
import { usePages } from '../../api/use-pages'
import { pathOf, useTenant } from '../../shell/tenant'
import { Loaded, More } from '../../ui/loaded'
import { Notice } from '../../ui/notice'
import { Section } from '../../ui/section'
import { Table } from '../../ui/table'
import { Day } from '../../ui/time'
import type { Person } from './person'

/** What of the vendor's equipment the person has. */
export function PersonEquipment({ person: { id, active } }: { readonly person: Pick<Person, 'id' | 'active'> }) {
  const tenant = useTenant()
  const items = usePages(
    (page) => {
      const query = { assignee: id, ...page }
      return answered(api.GET('/api/manage/tenants/{tenant}/equipment', { params: { path: pathOf(tenant), query } }))
    },
    [tenant.slug, id],
  )
  return (
    <Section title="Equipment">
      <Loaded of={items} rows={1}>
        {(held) =>
          held.length === 0 ? (
            <p class="muted">This person has no equipment.</p>
          ) : (
            <>
              {!active && <Notice kind="warning">This person is Disabled and has not given it back.</Notice>}
              <Table
                caption="Equipment of this person"
                rows={held}
                keyOf={({ assetTag }) => assetTag}
                columns={[
                  { title: 'Asset tag', cell: ({ assetTag }) => assetTag },
                  {
                    title: 'Model',
                    cell: ({ model, serial }) => (
                      <>
                        {model}
                        <span class="cell-note">{serial}</span>
                      </>
                    ),
                  },
                  { title: 'Since', cell: ({ since }) => <Day day={since} /> },
                ]}
              />
            </>
          )
        }
      </Loaded>
      <More of={items} />
    </Section>
  )
}
