import { answered, api, download, type Answer, type Item } from '../../api/client'
import { useAction } from '../../api/use-answer'
import { usePages } from '../../api/use-pages'
import { pathOf, useTenant } from '../../shell/tenant'
import { Button, PageLink } from '../../ui/button'
import { count, countPeople } from '../../ui/count'
import { Badge } from '../../ui/layout'
import { Loaded, More } from '../../ui/loaded'
import { Notice, ProblemNotice } from '../../ui/notice'
import { Section } from '../../ui/section'
import { Table, type Column } from '../../ui/table'
import { groupAddress, nameOf, personAddress } from '../people/person'

type Group = Answer<'readGroup'>
type Member = Item<'listMembers'>

/** The direct members; a group among them is marked, since it gives its members nothing. */
export function Members({ group: { id, members: counts } }: { readonly group: Group }) {
  const tenant = useTenant()
  const members = usePages(
    (page) => {
      const params = { path: { ...pathOf(tenant), id }, query: page }
      return answered(api.GET('/api/manage/tenants/{tenant}/groups/{id}/members', { params }))
    },
    [tenant.slug, id],
  )
  const save = useAction(() =>
    download(`/api/manage/tenants/${tenant.slug}/groups/${id}/members/csv`, `members-${tenant.slug}.csv`),
  )
  return (
    <Section
      title="Direct members"
      actions={
        <Button size="small" icon="download" busy={save.isRunning} onClick={() => void save.run()}>
          Download CSV
        </Button>
      }
    >
      <ProblemNotice problem={save.problem} />
      <p>{sayCounts(counts)}</p>
      {counts.groups > 0 && (
        <Notice kind="warning">
          Groups inside of a group are never expanded for roles: assign their members to this group directly, or name those groups
          in rules of their own.
        </Notice>
      )}
      <Loaded of={members} rows={4}>
        {(rows) =>
          rows.length === 0 ? (
            <p class="muted">{members.more === undefined ? 'Nobody is a member.' : 'Nobody so far.'}</p>
          ) : (
            <Table caption="Members" rows={rows} keyOf={({ id: member }) => member} columns={COLUMNS} />
          )
        }
      </Loaded>
      <More of={members} />
    </Section>
  )
}

function sayCounts({ people, groups, more }: Group['members']): string {
  const said = [countPeople(people)]
  if (groups > 0) said.push(count(groups, 'group'))
  return `${more ? 'More than 10,000; among the first ones ' : ''}${said.join(' and ')}.`
}

const COLUMNS: readonly Column<Member>[] = [
  { title: 'Name', width: '70%', cell: (member) => <Named member={member} /> },
  {
    title: 'State',
    cell: ({ type, active }) =>
      type === 'Group' ? (
        <Badge tone="warning">Group</Badge>
      ) : active === false ? (
        <Badge tone="danger">Disabled</Badge>
      ) : (
        <span class="muted">Active</span>
      ),
  },
]

function Named({ member: { id, type, displayName, userName = id } }: { readonly member: Member }) {
  const { slug } = useTenant()
  const name = nameOf({ displayName, userName })
  return (
    <>
      <PageLink to={type === 'Group' ? groupAddress(slug, id) : personAddress(slug, id)}>{name}</PageLink>
      {type === 'User' && name !== userName && <span class="cell-note">{userName}</span>}
    </>
  )
}
