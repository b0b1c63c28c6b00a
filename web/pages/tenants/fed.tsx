import { useState } from 'preact/hooks'
import { answered, api, type Answer, type Item } from '../../api/client'
import { usePages } from '../../api/use-pages'
import { useAction } from '../../api/use-answer'
import { addressOf } from '../../shell/router'
import { pathOf, useTenant } from '../../shell/tenant'
import { Button, PageLink } from '../../ui/button'
import { Confirm } from '../../ui/dialog'
import { Badge, Card } from '../../ui/layout'
import { Empty, Loaded, More } from '../../ui/loaded'
import { Table } from '../../ui/table'
import { Time } from '../../ui/time'
import { announce } from '../../ui/toast'

type Source = Answer<'readSource'>
type Conflict = Item<'listConflicts'>

/** Who feeds this tenant, whose rules hold, and names that are taken. */
export function Fed(given: { readonly superTenant: NonNullable<Source['superTenant']>; readonly inheritsRoles: boolean }) {
  const { superTenant, inheritsRoles } = given
  const { slug } = useTenant()
  return (
    <>
      <Card title={`Fed by ${superTenant.name}`}>
        <p>
          {superTenant.name} routes people and groups here. They are managed there: what Entra ID of this tenant sends about them
          is refused. Roles, locks and equipment of the copies are this tenant’s own.
        </p>
        <p>
          {inheritsRoles ? (
            <>
              Roles and rules are those of {superTenant.name}, until some are saved here.{' '}
              <PageLink to={addressOf(slug, 'roles')}>Roles</PageLink>
            </>
          ) : (
            <>
              Roles and rules are this tenant’s own. Those of {superTenant.name} can be inherited again:{' '}
              <PageLink to={addressOf(slug, 'roles')}>Roles</PageLink>
            </>
          )}
        </p>
      </Card>
      <Conflicts superTenant={superTenant.name} />
    </>
  )
}

function Conflicts({ superTenant }: { readonly superTenant: string }) {
  const tenant = useTenant()
  const [adopted, setAdopted] = useState<Conflict>()
  const conflicts = usePages(
    (page) =>
      answered(
        api.GET('/api/manage/tenants/{tenant}/conflicts', {
          params: { path: pathOf(tenant), query: page },
        }),
      ),
    [tenant.slug],
  )
  return (
    <Card
      title="Names that are taken"
      lead={`${superTenant} cannot copy these, since somebody here has the name already. Nobody is overwritten; it is tried again by itself.`}
    >
      <Loaded of={conflicts}>
        {(items) =>
          items.length === 0 ? (
            <Empty icon="checkCircle" title="No conflicts" text="Everybody who is routed here could be copied." />
          ) : (
            <Table
              caption="Names that are taken"
              rows={items}
              keyOf={({ id }) => id}
              columns={[
                { title: 'Name', cell: ({ name }) => name },
                { title: 'What', cell: ({ type }) => <Badge>{type === 'User' ? 'Person' : 'Group'}</Badge> },
                { title: 'What is in the way', cell: ({ words }) => words },
                { title: 'Since', width: '140px', cell: ({ since }) => <Time at={since} /> },
                {
                  title: 'Actions',
                  isActions: true,
                  cell: (conflict) =>
                    tenant.isAdmin &&
                    conflict.kind === 'exists' && (
                      <Button size="small" label={`Adopt ${conflict.name}`} onClick={() => setAdopted(conflict)}>
                        Adopt
                      </Button>
                    ),
                },
              ]}
            />
          )
        }
      </Loaded>
      <More of={conflicts} />
      {adopted !== undefined && (
        <Adopt
          conflict={adopted}
          superTenant={superTenant}
          onClose={() => setAdopted(undefined)}
          onDone={() => void conflicts.reload()}
        />
      )}
    </Card>
  )
}

function Adopt(given: {
  readonly conflict: Conflict
  readonly superTenant: string
  readonly onClose: () => void
  readonly onDone: () => void
}) {
  const { conflict, superTenant, onClose, onDone } = given
  const tenant = useTenant()
  const adopt = useAction(async () => {
    const path = { ...pathOf(tenant), id: conflict.id }
    await answered(api.POST('/api/manage/tenants/{tenant}/conflicts/{id}/adoption', { params: { path }, body: {} }))
    announce(`${conflict.name} is managed by ${superTenant} now`)
    onDone()
    onClose()
  })
  return (
    <Confirm
      title={`Let ${superTenant} manage ${conflict.name}?`}
      confirm="Adopt"
      kind="primary"
      action={adopt}
      onConfirm={() => void adopt.run()}
      onClose={onClose}
    >
      <p>
        {conflict.type === 'User'
          ? 'Id, role lock, product id, equipment and groups stay. Name, e-mail and all other attributes become those of the super tenant, within minutes.'
          : 'The id and the rules that name the group stay. Its members become those of the super tenant’s group.'}{' '}
        This tenant’s own Entra ID can no more change it.
      </p>
    </Confirm>
  )
}
