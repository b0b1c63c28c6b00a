import { useState } from 'preact/hooks'
import { answered, api } from '../../api/client'
import { usePages } from '../../api/use-pages'
import { addressOf, useAddress } from '../../shell/router'
import { pathOf, useTenant } from '../../shell/tenant'
import { Button, PageLink } from '../../ui/button'
import { Card } from '../../ui/layout'
import { Empty, Loaded, More } from '../../ui/loaded'
import { Table, type Column } from '../../ui/table'
import { Time } from '../../ui/time'
import { MakeWebhook } from './make-webhook'
import { nameOf, sayEvents, type Webhook } from './webhook-words'
import { WebhookPage } from './webhook'
import { WebhookState } from './webhook-state'

/** All endpoints, or the one that the address names. */
export function WebhooksSection() {
  const [, , , , id] = useAddress().path
  return id === undefined ? <WebhookList /> : <WebhookPage key={id} id={id} />
}

function WebhookList() {
  const tenant = useTenant()
  const [isMaking, setMaking] = useState(false)
  const webhooks = usePages(
    (page) =>
      answered(
        api.GET('/api/manage/tenants/{tenant}/webhooks', {
          params: { path: pathOf(tenant), query: page },
        }),
      ),
    [tenant.slug],
  )
  const add = (
    <Button kind="primary" icon="add" onClick={() => setMaking(true)}>
      Add a webhook
    </Button>
  )
  return (
    <Card
      title="Webhooks"
      lead="Each change goes to your product as it happens: signed, in order for each person, tried for three days. At most ten."
      actions={tenant.isAdmin && add}
    >
      <Loaded of={webhooks}>
        {(items) =>
          items.length === 0 ? (
            <Empty
              icon="activity"
              title="There is no webhook"
              text={
                tenant.isAdmin
                  ? 'Add one so that your product learns of people and their roles without asking.'
                  : 'An administrator adds them.'
              }
            />
          ) : (
            <Table caption="Webhooks" rows={items} keyOf={({ id }) => id} columns={columnsOf(tenant.slug)} />
          )
        }
      </Loaded>
      <More of={webhooks} />
      {isMaking && <MakeWebhook onClose={() => setMaking(false)} onMade={() => void webhooks.reload()} />}
    </Card>
  )
}

const columnsOf = (slug: string): Column<Webhook>[] => [
  {
    title: 'Webhook',
    width: '42%',
    cell: (one) => (
      <>
        <PageLink to={`${addressOf(slug, 'settings')}/webhooks/${one.id}`}>{nameOf(one)}</PageLink>
        {one.label !== '' && <span class="cell-note">{one.url}</span>}
      </>
    ),
  },
  { title: 'State', cell: (one) => <WebhookState of={one} /> },
  { title: 'Events', cell: ({ events }) => sayEvents(events) },
  { title: 'Delivered', cell: ({ delivered }) => (delivered === undefined ? 'Never' : <Time at={delivered.time} />) },
  { title: 'Waiting', align: 'end', cell: ({ waiting }) => waiting },
]
