import { useState } from 'preact/hooks'
import { answered, api } from '../../api/client'
import { useAction } from '../../api/use-answer'
import { addressOf } from '../../shell/router'
import { useTenant } from '../../shell/tenant'
import { Button, PageLink } from '../../ui/button'
import { Confirm } from '../../ui/dialog'
import { Badge, Card } from '../../ui/layout'
import { Notice } from '../../ui/notice'
import { Table } from '../../ui/table'
import { announce } from '../../ui/toast'
import { ConnectTenant } from './connect-tenant'
import type { Routing } from './routing'

type Connection = Routing['connections'][number]

/** The connected tenants: how many copies each has, what is in the way, how far behind they are. */
export function Connections({ routing, onChange }: { readonly routing: Routing; readonly onChange: () => void }) {
  const { isOperator, isOperatorAdmin } = useTenant()
  const [ended, setEnded] = useState<Connection>()
  const { connections, reader } = routing
  return (
    <Card
      title="Connected tenants"
      lead={reader === undefined ? 'Nobody has been copied yet.' : <Behind behind={reader.behind} />}
      actions={isOperatorAdmin && <ConnectTenant onDone={onChange} />}
    >
      <Table
        caption="Connected tenants"
        rows={connections}
        keyOf={({ tenant }) => tenant}
        columns={[
          {
            title: 'Tenant',
            cell: ({ tenant, name }) => (
              <>
                {isOperator ? <PageLink to={addressOf(tenant, 'tenants')}>{name}</PageLink> : name}
                <span class="cell-note">{tenant}</span>
              </>
            ),
          },
          { title: 'State', cell: ({ state }) => <State state={state} /> },
          { title: 'People', align: 'end', cell: ({ copies }) => counted(copies.people, copies.more) },
          { title: 'Groups', align: 'end', cell: ({ copies }) => counted(copies.groups, copies.more) },
          {
            title: 'Conflicts',
            align: 'end',
            cell: ({ conflicts }) => (conflicts === 0 ? '0' : <Badge tone="warning">{conflicts}</Badge>),
          },
          {
            title: 'Actions',
            isActions: true,
            cell: (connection) =>
              isOperatorAdmin &&
              connection.state !== 'ending' && (
                <Button size="small" kind="danger" label={`Disconnect ${connection.name}`} onClick={() => setEnded(connection)}>
                  Disconnect
                </Button>
              ),
          },
        ]}
      />
      {connections.some(({ conflicts }) => conflicts > 0) && (
        <Notice kind="warning" title="Some names are taken">
          Somebody in the other tenant has the userName already. Its administrator can let the copy take that person over, on the
          page Tenants there; nobody is overwritten.
        </Notice>
      )}
      {ended !== undefined && <Disconnect connection={ended} onClose={() => setEnded(undefined)} onDone={onChange} />}
    </Card>
  )
}

const counted = (number: number, isMore: boolean) => `${number.toLocaleString()}${isMore ? '+' : ''}`

function Behind({ behind }: { readonly behind: number }) {
  return <>{behind === 0 ? 'All copies are up to date.' : `${behind.toLocaleString()} changes are still to be copied.`}</>
}

function State({ state }: { readonly state: Connection['state'] }) {
  if (state === 'live') return <Badge tone="success">Live</Badge>
  if (state === 'failing') {
    return (
      <>
        <Badge tone="danger">Failing</Badge>
        <span class="cell-note">could not be written to; it is tried again</span>
      </>
    )
  }
  return (
    <>
      <Badge tone="warning">Ending</Badge>
      <span class="cell-note">its copies leave</span>
    </>
  )
}

function Disconnect(given: { readonly connection: Connection; readonly onClose: () => void; readonly onDone: () => void }) {
  const { connection, onClose, onDone } = given
  const { slug } = useTenant()
  const { tenant: target, name, copies } = connection
  const disconnect = useAction(async () => {
    const path = { tenant: slug, target }
    await answered(api.DELETE('/api/manage/tenants/{tenant}/connections/{target}', { params: { path } }))
    announce(`${name} is being disconnected`)
    onDone()
    onClose()
  })
  return (
    <Confirm
      title={`Disconnect ${name}?`}
      confirm="Disconnect"
      action={disconnect}
      onConfirm={() => void disconnect.run()}
      onClose={onClose}
    >
      <p>
        Its routes go at once. {counted(copies.people, copies.more)} copied people become inactive there and its own;{' '}
        {counted(copies.groups, copies.more)} copied groups are deleted there.
      </p>
    </Confirm>
  )
}
