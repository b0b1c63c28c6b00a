import { useState } from 'preact/hooks'
import { answered, api, type Item } from '../../api/client'
import { useAction } from '../../api/use-answer'
import { usePages } from '../../api/use-pages'
import { pathOf, useTenant } from '../../shell/tenant'
import { Button } from '../../ui/button'
import { Card } from '../../ui/layout'
import { Loaded, More } from '../../ui/loaded'
import { ProblemNotice } from '../../ui/notice'
import { Table } from '../../ui/table'
import { Time } from '../../ui/time'
import { announce } from '../../ui/toast'
import { mayChange, sayFailure, type Webhook } from './webhook-words'

type Delivery = Item<'listParkedDeliveries'>

const refresh = (reload: () => Promise<void>) => (
  <Button size="small" icon="refresh" onClick={() => void reload()}>
    Refresh
  </Button>
)

/** Failed tries, for whoever looks for the reason. */
export function Failures({ id }: { readonly id: string }) {
  const tenant = useTenant()
  const tries = usePages(
    (page) =>
      answered(
        api.GET('/api/manage/tenants/{tenant}/webhooks/{webhook}/deliveries', {
          params: { path: { ...pathOf(tenant), webhook: id }, query: { limit: 10, ...page } },
        }),
      ),
    [tenant.slug, id],
  )
  return (
    <Card title="Failed tries" lead="The last 200, newest first." actions={refresh(tries.reload)}>
      <Loaded of={tries} rows={2}>
        {(items) =>
          items.length === 0 ? (
            <p class="muted">No delivery has failed.</p>
          ) : (
            <Table
              caption="Failed tries"
              rows={items}
              keyOf={({ time, seq }) => `${time} ${seq}`}
              columns={[
                { title: 'Time', width: '20%', cell: ({ time }) => <Time at={time} /> },
                { title: 'Record', cell: ({ seq, type }) => <RecordName seq={seq} type={type} /> },
                { title: 'Try', cell: ({ attempt }) => attempt },
                { title: 'Why', width: '44%', cell: ({ error, status }) => sayFailure(error, status) },
              ]}
            />
          )
        }
      </Loaded>
      <More of={tries} />
    </Card>
  )
}

const RecordName = ({ seq, type }: { readonly seq: number; readonly type: string }) => (
  <>
    {seq}
    <span class="cell-note">{type}</span>
  </>
)

/** What was given up after three days. */
export function Parked({ of: webhook }: { readonly of: Webhook }) {
  const tenant = useTenant()
  const { id } = webhook
  const parked = usePages(
    (page) =>
      answered(
        api.GET('/api/manage/tenants/{tenant}/webhooks/{webhook}/parked', {
          params: {
            path: { ...pathOf(tenant), webhook: id },
            query: page.after === undefined ? {} : { after: Number(page.after) },
          },
        }),
      ),
    [tenant.slug, id],
  )
  return (
    <Card
      title="Parked deliveries"
      lead="They failed for three days and were given up. Later ones of the same person went on."
      actions={refresh(parked.reload)}
    >
      <Loaded of={parked} rows={2}>
        {(items) =>
          items.length === 0 ? (
            <p class="muted">Nothing is parked.</p>
          ) : (
            <Table
              caption="Parked deliveries"
              rows={items}
              keyOf={({ seq }) => String(seq)}
              columns={[
                { title: 'Record', cell: ({ seq, type }) => <RecordName seq={seq} type={type} /> },
                { title: 'Parked', cell: (one) => <Time at={one.parked} /> },
                { title: 'Tries', cell: ({ attempts }) => attempts },
                { title: 'Last failure', width: '36%', cell: ({ error }) => sayFailure(error, undefined) },
                { title: 'Actions', isActions: true, cell: (one) => mayChange(tenant, webhook) && <Retry id={id} of={one} /> },
              ]}
            />
          )
        }
      </Loaded>
      <More of={parked} />
    </Card>
  )
}

function Retry({ id, of: { seq } }: { readonly id: string; readonly of: Delivery }) {
  const tenant = useTenant()
  const [isAsked, setAsked] = useState(false)
  const retry = useAction(async () => {
    const path = { ...pathOf(tenant), webhook: id, seq }
    await answered(api.POST('/api/manage/tenants/{tenant}/webhooks/{webhook}/parked/{seq}/retry', { params: { path } }))
    setAsked(true)
    announce(`Record ${seq} is tried again`)
  })
  if (isAsked) return <>Tried again within seconds</>
  return (
    <>
      <Button size="small" label={`Try record ${seq} again`} busy={retry.isRunning} onClick={() => void retry.run()}>
        Try again
      </Button>
      <ProblemNotice problem={retry.problem} />
    </>
  )
}
