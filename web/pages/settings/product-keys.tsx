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
import { MakeKey, type KeyPlace } from './make-key'

type Key = Item<'listProductKeys'>

export function TenantKeysSection() {
  const tenant = useTenant()
  const path = pathOf(tenant)
  const place: KeyPlace = {
    where: 'this tenant',
    isAdmin: tenant.isOperatorAdmin,
    list: (query) => answered(api.GET('/api/manage/tenants/{tenant}/product-keys', { params: { path, query } })),
    make: (body) => answered(api.POST('/api/manage/tenants/{tenant}/product-keys', { params: { path }, body })),
    revoke: (key) =>
      answered(api.DELETE('/api/manage/tenants/{tenant}/product-keys/{key}', { params: { path: { ...path, key } } })),
  }
  return <ProductKeys place={place} />
}

export function AllTenantsKeys({ isAdmin }: { readonly isAdmin: boolean }) {
  const place: KeyPlace = {
    where: 'all tenants',
    isAdmin,
    list: (query) => answered(api.GET('/api/manage/product-keys', { params: { query } })),
    make: (body) => answered(api.POST('/api/manage/product-keys', { body })),
    revoke: (key) => answered(api.DELETE('/api/manage/product-keys/{key}', { params: { path: { key } } })),
  }
  return <ProductKeys place={place} />
}

function ProductKeys({ place }: { readonly place: KeyPlace }) {
  const { where, isAdmin } = place
  const [isMaking, setMaking] = useState(false)
  const [revoked, setRevoked] = useState<Key>()
  const keys = usePages(place.list, [where])
  return (
    <Card
      title={`Product keys for ${where}`}
      lead="Your product reads people, roles and changes with a key. At most 20 live ones."
      actions={
        isAdmin && (
          <Button kind="primary" icon="add" onClick={() => setMaking(true)}>
            Make a key
          </Button>
        )
      }
    >
      <Loaded of={keys}>
        {(items) =>
          items.length === 0 ? (
            <Empty icon="lock" title="There is no key" text={`Your product needs one to read ${where}.`} />
          ) : (
            <Table caption="Product keys" rows={items} keyOf={({ id }) => id} columns={columnsOf(isAdmin, setRevoked)} />
          )
        }
      </Loaded>
      <More of={keys} />
      {isMaking && <MakeKey place={place} onClose={() => setMaking(false)} onMade={() => void keys.reload()} />}
      {revoked !== undefined && (
        <RevokeKey place={place} of={revoked} onClose={() => setRevoked(undefined)} onRevoked={() => void keys.reload()} />
      )}
    </Card>
  )
}

const STATES = { live: 'Live', expired: 'Expired', revoked: 'Revoked' } as const

const columnsOf = (isAdmin: boolean, onRevoke: (key: Key) => void): Column<Key>[] => [
  {
    title: 'Key',
    cell: ({ label, lastFour, by }) => (
      <>
        {label}
        <span class="cell-note">
          ends in {lastFour}, made by {by}
        </span>
      </>
    ),
  },
  {
    title: 'May',
    cell: ({ scopes }) => (
      <span class="row">
        {scopes.map((scope) => (
          <code key={scope}>{scope}</code>
        ))}
      </span>
    ),
  },
  { title: 'State', cell: ({ state }) => <Badge tone={state === 'live' ? 'success' : 'neutral'}>{STATES[state]}</Badge> },
  { title: 'Made', cell: ({ created }) => <Time at={created} style="day" /> },
  { title: 'Ends', cell: ({ expires }) => (expires === undefined ? 'Never' : <Time at={expires} style="day" />) },
  {
    title: 'Actions',
    isActions: true,
    cell: (key) =>
      isAdmin &&
      key.state === 'live' && (
        <Button size="small" kind="danger" label={`Revoke ${key.label}`} onClick={() => onRevoke(key)}>
          Revoke
        </Button>
      ),
  },
]

function RevokeKey(given: {
  readonly place: KeyPlace
  readonly of: Key
  readonly onClose: () => void
  readonly onRevoked: () => void
}) {
  const { place, of: key, onClose, onRevoked } = given
  const revoke = useAction(async () => {
    await place.revoke(key.id)
    announce('Key revoked')
    onRevoked()
    onClose()
  })
  return (
    <Confirm
      title={`Revoke ${key.label}?`}
      confirm="Revoke key"
      action={revoke}
      onConfirm={() => void revoke.run()}
      onClose={onClose}
    >
      <p>Within 30 seconds it opens nothing. What uses it stops reading {place.where} until it gets another key.</p>
    </Confirm>
  )
}
