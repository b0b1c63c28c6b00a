import { answered, api } from '../../api/client'
import { useAnswer } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { Dialog } from '../../ui/dialog'
import { Facts } from '../../ui/layout'
import { Empty, Loaded } from '../../ui/loaded'
import { Time } from '../../ui/time'
import { Access } from './access'
import { Attributes } from './attributes'
import { Erase } from './erase'
import { History } from './history'
import { PersonEquipment } from './person-equipment'
import { nameOf, PersonState, type Person } from './person'
import { ProductId } from './product-id'
import { Memberships, Manager } from './relations'

/** All about one person, beside the list. */
export function PersonDrawer(given: {
  readonly id: string
  readonly onClose: () => void
  readonly onChange: (person: Person) => void
  readonly onGone: () => void
}) {
  const { id, onClose, onChange, onGone } = given
  const tenant = useTenant()
  const params = { path: { ...pathOf(tenant), id } }
  const person = useAnswer(() => answered(api.GET('/api/manage/tenants/{tenant}/people/{id}', { params })), [tenant.slug, id])
  const isGone = person.data === undefined && person.problem?.status === 404
  const changed = (now: Person) => {
    onChange(now)
    void person.reload()
  }
  const gone = () => {
    onGone()
    onClose()
  }
  return (
    <Dialog kind="drawer" title={person.data === undefined ? 'Person' : nameOf(person.data)} onClose={onClose}>
      {isGone ? (
        <>
          <Empty icon="people" title="This person is not here" text="Entra ID has deleted them, or the address is not whole." />
          {tenant.isOperatorAdmin && <Erase id={id} words={id} onDone={gone} />}
        </>
      ) : (
        <Loaded of={person} rows={10}>
          {(one) => (
            <>
              <Identity person={one} />
              <Access person={one} onChange={changed} />
              <Memberships groups={one.groups} />
              {one.manager !== undefined && <Manager manager={one.manager} />}
              <Attributes of={one.attributes} />
              <PersonEquipment person={one} />
              <ProductId person={one} onChange={changed} />
              <History of={{ person: id }} version={person.data} />
              {tenant.isOperatorAdmin && <Erase id={id} words={one.userName} onDone={gone} />}
            </>
          )}
        </Loaded>
      )}
    </Dialog>
  )
}

function Identity({ person }: { readonly person: Person }) {
  const { userName, email, id, lastModified } = person
  return (
    <Facts
      of={[
        ['userName', userName],
        ['E-mail', email ?? <span class="muted">None</span>],
        ['State', <PersonState person={person} />],
        ['Last changed', <Time at={lastModified} />],
        ['Id', <code>{id}</code>],
      ]}
    />
  )
}
