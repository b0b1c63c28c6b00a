import { useState } from 'preact/hooks'
import { answered, api, type Item } from '../../api/client'
import { useAction } from '../../api/use-answer'
import { usePages } from '../../api/use-pages'
import { pathOf, useTenant } from '../../shell/tenant'
import { Button } from '../../ui/button'
import { Confirm } from '../../ui/dialog'
import { Badge, Card } from '../../ui/layout'
import { Empty, Loaded, More } from '../../ui/loaded'
import { Table, type Column } from '../../ui/table'
import { Time } from '../../ui/time'
import { announce } from '../../ui/toast'
import { MakeLink } from './make-link'

type Link = Item<'listLinks'>

/** Who else may come by a link, without an account. */
export function LinksSection() {
  const tenant = useTenant()
  const { isAdmin } = tenant
  const [isMaking, setMaking] = useState(false)
  const [revoked, setRevoked] = useState<Link>()
  const links = usePages(
    (page) =>
      answered(
        api.GET('/api/manage/tenants/{tenant}/links', {
          params: { path: pathOf(tenant), query: page },
        }),
      ),
    [tenant.slug],
  )
  const make = (
    <Button kind="primary" icon="add" onClick={() => setMaking(true)}>
      Make a link
    </Button>
  )
  return (
    <Card
      title="Setup links"
      lead="A link opens this tenant for one person, without an account or a password. Ended links are listed for 90 days."
      actions={isAdmin && make}
    >
      <Loaded of={links}>
        {(items) =>
          items.length === 0 ? (
            <Empty
              icon="connect"
              title="There is no link"
              text={isAdmin ? 'Make one for each person who is to look after this tenant.' : 'An administrator makes them.'}
            />
          ) : (
            <Table caption="Setup links" rows={items} keyOf={({ id }) => id} columns={columnsOf(isAdmin, setRevoked)} />
          )
        }
      </Loaded>
      <More of={links} />
      {isMaking && <MakeLink onClose={() => setMaking(false)} onMade={() => void links.reload()} />}
      {revoked !== undefined && (
        <RevokeLink link={revoked} onClose={() => setRevoked(undefined)} onRevoked={() => void links.reload()} />
      )}
    </Card>
  )
}

const columnsOf = (isAdmin: boolean, onRevoke: (link: Link) => void): Column<Link>[] => [
  {
    title: 'For',
    cell: ({ label, by }) => (
      <>
        {label}
        <span class="cell-note">made by {by}</span>
      </>
    ),
  },
  { title: 'May', cell: ({ role }) => (role === 'admin' ? 'Change' : 'Look') },
  {
    title: 'State',
    cell: ({ state }) =>
      state === 'live' ? <Badge tone="success">Live</Badge> : <Badge>{state === 'expired' ? 'Expired' : 'Revoked'}</Badge>,
  },
  { title: 'Made', cell: ({ created }) => <Time at={created} style="day" /> },
  { title: 'Last used', cell: (link) => <LastUsed link={link} /> },
  { title: 'Ends', cell: ({ expires }) => <Time at={expires} style="day" /> },
  {
    title: 'Actions',
    isActions: true,
    cell: (link) =>
      isAdmin &&
      link.state === 'live' && (
        <Button size="small" kind="danger" label={`Revoke the link for ${link.label}`} onClick={() => onRevoke(link)}>
          Revoke
        </Button>
      ),
  },
]

/** A link for one use says so: once it is used it opens nothing more, though it lives. */
function LastUsed({ link: { lastUsed, uses, singleUse } }: { readonly link: Link }) {
  return (
    <>
      {lastUsed === undefined ? 'Never' : <Time at={lastUsed} style="short" />}
      {singleUse && <span class="cell-note">{uses > 0 ? 'opened once, as it may' : 'opens once'}</span>}
      {!singleUse && uses > 1 && <span class="cell-note">{uses} times</span>}
    </>
  )
}

function RevokeLink({ link, onClose, onRevoked }: { link: Link; onClose: () => void; onRevoked: () => void }) {
  const tenant = useTenant()
  const revoke = useAction(async () => {
    const path = { ...pathOf(tenant), link: link.id }
    await answered(api.DELETE('/api/manage/tenants/{tenant}/links/{link}', { params: { path } }))
    announce('Link revoked')
    onRevoked()
    onClose()
  })
  return (
    <Confirm
      title={`Revoke the link for ${link.label}?`}
      confirm="Revoke link"
      action={revoke}
      onConfirm={() => void revoke.run()}
      onClose={onClose}
    >
      <p>
        It ends at once, with every session that came of it, the links that were made with it and their sessions. If you came by
        it yourself, your session ends too.
      </p>
    </Confirm>
  )
}
