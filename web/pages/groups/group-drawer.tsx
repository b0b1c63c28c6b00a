import { answered, api, type Answer } from '../../api/client'
import { useAnswer } from '../../api/use-answer'
import { addressOf } from '../../shell/router'
import { pathOf, useTenant } from '../../shell/tenant'
import { PageLink } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { Facts } from '../../ui/layout'
import { Empty, Loaded } from '../../ui/loaded'
import { Section } from '../../ui/section'
import { Time } from '../../ui/time'
import { History } from '../people/history'
import { Members } from './members'

type Group = Answer<'readGroup'>

/** All about one group, beside the list. */
export function GroupDrawer({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const tenant = useTenant()
  const params = { path: { ...pathOf(tenant), id } }
  const group = useAnswer(() => answered(api.GET('/api/manage/tenants/{tenant}/groups/{id}', { params })), [tenant.slug, id])
  const isGone = group.data === undefined && group.problem?.status === 404
  const { displayName = '' } = group.data ?? {}
  return (
    <Dialog kind="drawer" title={displayName === '' ? 'Group' : displayName} onClose={onClose}>
      {isGone ? (
        <Empty icon="groups" title="This group is not here" text="Entra ID has deleted it, or the address is not whole." />
      ) : (
        <Loaded of={group} rows={8}>
          {(one) => (
            <>
              <Identity group={one} />
              <Rules group={one} />
              <Members group={one} />
              <History of={{ group: id }} />
            </>
          )}
        </Loaded>
      )}
    </Dialog>
  )
}

function Identity({ group: { id, externalId, lastModified } }: { readonly group: Group }) {
  return (
    <Facts
      of={[
        ['externalId', externalId === undefined ? <span class="muted">None</span> : <code>{externalId}</code>],
        ['Name last changed', <Time at={lastModified} />],
        ['Id', <code>{id}</code>],
      ]}
    />
  )
}

function Rules({ group: { rules } }: { readonly group: Group }) {
  const { slug, isAdmin } = useTenant()
  const [first] = rules
  return (
    <Section title="Access role">
      {first === undefined ? (
        <p>No rule names this group, so it gives nobody a role.</p>
      ) : (
        <p>
          {rules.length === 1 ? 'A rule gives its direct members the role ' : 'Rules give its direct members the roles '}
          <strong>{rules.map(({ role, label = role }) => label).join(', ')}</strong>, unless a rule before it, a lock or a disable
          decides.
        </p>
      )}
      <p>
        <PageLink to={addressOf(slug, 'roles')}>{isAdmin ? 'Change rules in Roles' : 'See rules in Roles'}</PageLink>
      </p>
    </Section>
  )
}
