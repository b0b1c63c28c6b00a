import type { Answer } from '../../api/client'
import { useTenant } from '../../shell/tenant'
import { PageLink } from '../../ui/button'
import { Section } from '../../ui/section'
import { WholeList } from '../../ui/whole'
import { groupAddress, personAddress } from './person'

type Whole = Answer<'readPerson'>

/** The groups that the person is a direct member of. */
export function Memberships({ groups }: { readonly groups: Whole['groups'] }) {
  const { slug } = useTenant()
  return (
    <Section title={groups.length === 0 ? 'Groups' : `Groups (${groups.length})`}>
      {groups.length === 0 ? (
        <p class="muted">Member of no group.</p>
      ) : (
        <WholeList of={groups} keyOf={({ id }) => id}>
          {({ id, displayName }) => <PageLink to={groupAddress(slug, id)}>{displayName === '' ? id : displayName}</PageLink>}
        </WholeList>
      )}
    </Section>
  )
}

/** A manager is whatever the directory sent, who need not be here. */
export function Manager({ manager: { id, name } }: { readonly manager: NonNullable<Whole['manager']> }) {
  const { slug } = useTenant()
  return (
    <Section title="Manager">
      {name === undefined ? (
        <p>
          <code>{id}</code> <span class="muted">Nobody here has this id.</span>
        </p>
      ) : (
        <p>
          <PageLink to={personAddress(slug, id)}>{name}</PageLink>
        </p>
      )}
    </Section>
  )
}
