import type { Answer } from '../../api/client'
import { count, countPeople } from '../../ui/count'
import { Notice } from '../../ui/notice'
import { Table } from '../../ui/table'
import type { Routing } from './routing'

type Preview = Answer<'previewRoutes'>
type Target = Preview['targets'][number]

const sumOf = ({ targets }: Preview, count: (target: Target) => number) => targets.reduce((sum, one) => sum + count(one), 0)
const leavingIn = (preview: Preview) => sumOf(preview, (one) => one.people.leaves)
const groupsLeavingIn = (preview: Preview) => sumOf(preview, (one) => one.groups.leaves.length)

export const isHarm = (preview: Preview) => leavingIn(preview) + groupsLeavingIn(preview) > 0

/** What the button does, those who leave before all else. */
export function confirmWords(preview: Preview): string {
  const [leaving, groups] = [leavingIn(preview), groupsLeavingIn(preview)]
  const coming = sumOf(preview, (one) => one.people.comes + one.people.returns)
  if (leaving > 0) return `Save and ${preview.onLeave} ${count(leaving, 'copy', 'copies')}`
  if (groups > 0) return `Save and delete ${count(groups, 'copied group')}`
  return coming > 0 ? `Save and copy ${countPeople(coming)}` : 'Save routes'
}

/** What would happen in each tenant, and to whom first. */
export function RoutesPreview({ preview, connections }: { readonly preview: Preview } & Pick<Routing, 'connections'>) {
  const { targets, unreadable, first, onLeave } = preview
  const gone = onLeave === 'delete' ? 'Deleted' : 'Disabled'
  const words = { comes: 'Copied', returns: 'Comes back', leaves: gone }
  const nameOf = (slug: string) => connections.find(({ tenant }) => tenant === slug)?.name ?? slug
  const column = (title: string, effect: keyof Target['people']) =>
    ({ title, align: 'end', cell: (one: Target) => one.people[effect].toLocaleString() }) as const
  return (
    <>
      {unreadable.map(({ tenant, name, problem }) => (
        <Notice key={tenant} kind="warning" title={`What happens in ${name} is not known`}>
          {problem}
        </Notice>
      ))}
      <Table
        caption="What happens in each tenant"
        rows={targets}
        keyOf={({ tenant }) => tenant}
        columns={[
          { title: 'Tenant', width: '34%', cell: TargetCell },
          column('Copied', 'comes'),
          column('Come back', 'returns'),
          column(gone, 'leaves'),
          column('Stay', 'stays'),
        ]}
      />
      {first.length > 0 && (
        <div class="stack">
          <h3>{first.length < 50 ? 'Who they are' : 'The first 50 of them'}</h3>
          <Table
            caption="People whose copies change"
            rows={first}
            keyOf={({ id, tenant }) => `${id} ${tenant}`}
            columns={[
              { title: 'Person', width: '34%', cell: ({ userName }) => userName },
              { title: 'Tenant', cell: ({ tenant }) => nameOf(tenant) },
              {
                title: 'What happens',
                cell: ({ effect, reason }) => (
                  <>
                    {words[effect]}
                    <span class="cell-note">{reason}</span>
                  </>
                ),
              },
            ]}
          />
        </div>
      )}
      <p>Copies follow within minutes.</p>
    </>
  )
}

function TargetCell({ name, people: { heldBack }, groups }: Target) {
  const named = (what: string, of: Target['groups']['comes']) =>
    of.length > 0 && <span class="cell-note">{`${what}: ${of.map(({ groupName }) => groupName).join(', ')}`}</span>
  const held = heldBack + groups.heldBack
  return (
    <>
      {name}
      {named('New groups', groups.comes)}
      {named('Deleted groups', groups.leaves)}
      {held > 0 && <span class="cell-note">{count(held, 'name is', 'names are')} taken there</span>}
    </>
  )
}
