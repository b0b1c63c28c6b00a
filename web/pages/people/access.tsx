import { useState } from 'preact/hooks'
import { answered, api, type Answer } from '../../api/client'
import { useAction } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { Button, PageLink } from '../../ui/button'
import { Badge } from '../../ui/layout'
import { ProblemNotice } from '../../ui/notice'
import { Section } from '../../ui/section'
import { announce } from '../../ui/toast'
import { groupAddress, type Person } from './person'
import { isReleasedName, ReleaseUserName } from './release-user-name'

type Whole = Answer<'readPerson'>

/** The access role, why it is that one, and what may be done about it. */
export function Access({ person, onChange }: { readonly person: Whole; readonly onChange: (person: Person) => void }) {
  const { isAdmin } = useTenant()
  const { role, label = role, grantsAccess, reason, rules } = person
  return (
    <Section title="Access role">
      <p class="role-name">{label}</p>
      <p class="muted">
        {grantsAccess ? 'It lets the person into the product.' : 'It does not let the person into the product.'}
      </p>
      {/* The words of a rule name the others too, which are listed below. */}
      <p>{rules.find(({ ruleId }) => ruleId === reason.ruleId)?.words ?? reason.words}</p>
      {rules.length > 0 && <Rules person={person} />}
      {isAdmin && <Actions person={person} onChange={onChange} />}
    </Section>
  )
}

/** All rules that match, in their order: the first one decides unless something stronger does. */
function Rules({ person: { rules, reason } }: { readonly person: Whole }) {
  const { slug } = useTenant()
  return (
    <div>
      <p class="field-hint">{rules.length === 1 ? 'One rule matches:' : 'Rules that match, in their order:'}</p>
      <ol class="rule-list">
        {rules.map(({ ruleId, groupId, groupName, words, role, label = role }) => (
          <li key={ruleId}>
            {groupId === undefined ? (
              <span>
                {words} Gives {label}
              </span>
            ) : (
              <span>
                <PageLink to={groupAddress(slug, groupId)}>{groupName || groupId}</PageLink> gives {label}
              </span>
            )}
            {reason.ruleId === ruleId && <Badge tone="brand">Decides</Badge>}
          </li>
        ))}
      </ol>
    </div>
  )
}

type Act = 'lock' | 'unlock' | 'release'

/** One at most, in one place, so that the focus stays where it is when one has taken the place of another. */
function actFor({ active, staged, lock }: Whole): Act | undefined {
  if (staged) return 'release'
  if (lock !== undefined) return 'unlock'
  return active ? 'lock' : undefined
}

function Actions({ person, onChange }: { readonly person: Whole; readonly onChange: (person: Person) => void }) {
  const tenant = useTenant()
  const [isReleasing, setReleasing] = useState(false)
  const params = { path: { ...pathOf(tenant), id: person.id } }
  const act = useAction(async (what: Act) => {
    const changed = await answered(
      what === 'lock'
        ? api.PUT('/api/manage/tenants/{tenant}/people/{id}/lock', { params, body: {} })
        : what === 'unlock'
          ? api.DELETE('/api/manage/tenants/{tenant}/people/{id}/lock', { params })
          : api.POST('/api/manage/tenants/{tenant}/people/{id}/release', { params }),
    )
    announce(what === 'lock' ? `Locked to ${changed.label ?? changed.role}` : what === 'unlock' ? 'Unlocked' : 'Released')
    onChange(changed)
  })
  const what = actFor(person)
  return (
    <>
      <div class="row">
        {what !== undefined && (
          <Button icon={ICONS[what]} busy={act.isRunning} onClick={() => void act.run(what)}>
            {what === 'lock' ? `Lock to ${person.label ?? person.role}` : what === 'unlock' ? 'Unlock' : 'Release'}
          </Button>
        )}
        {!person.active && !isReleasedName(person.userName) && (
          <Button onClick={() => setReleasing(true)}>Release userName…</Button>
        )}
      </div>
      <p class="field-hint">{hintOf(person)}</p>
      <ProblemNotice problem={act.problem} />
      {isReleasing && <ReleaseUserName person={person} onClose={() => setReleasing(false)} onChange={onChange} />}
    </>
  )
}

const ICONS = { lock: 'lock', unlock: 'unlock', release: 'check' } as const

function hintOf({ active, staged, lock }: Whole): string {
  if (!active && lock !== undefined) return `Locked to ${lock.label ?? lock.role}, which holds again once the person is active.`
  if (!active) return 'Entra ID makes the person active again: assign them to the application and unblock their sign-in.'
  if (staged) return 'A release gives the role that groups and rules give.'
  if (lock !== undefined) return 'Once unlocked, the role follows groups and rules again.'
  return 'A lock keeps this role, whatever happens to groups and rules. A person set inactive is Disabled all the same.'
}
