import { Badge, Card, Facts } from '../../ui/layout'
import { Empty } from '../../ui/loaded'
import { Table } from '../../ui/table'
import { shownName, type SavedRoles } from './draft'
import { RULES_LEAD } from './rule-list'
import { subjectOf, subjectWords } from './subject'

/** For whoever may look and not change. */
export function RolesShown({ saved: { roles, labels, grantsAccess, defaultRole, rules } }: { readonly saved: SavedRoles }) {
  const sayRoles = (names: readonly string[]) =>
    names.length === 0 ? 'None' : names.map((name) => shownName(labels, name)).join(', ')
  return (
    <>
      <Card title="Access roles">
        <Facts
          of={[
            ['Roles that let people in', sayRoles(grantsAccess)],
            ['Roles that let nobody in', sayRoles(roles.filter((name) => !grantsAccess.includes(name)))],
            ['Default role', shownName(labels, defaultRole)],
          ]}
        />
      </Card>
      <Card title="Rules" lead={RULES_LEAD}>
        {rules.length === 0 ? (
          <Empty
            icon="roles"
            title="There are no rules"
            text={`Everybody has the default role, ${shownName(labels, defaultRole)}.`}
          />
        ) : (
          <Table
            caption="Rules in their order"
            rows={rules.map((rule, index) => ({ ...rule, place: index + 1 }))}
            keyOf={({ id }) => id}
            columns={[
              { title: 'Place', width: '80px', cell: ({ place }) => place },
              {
                title: 'For',
                cell: (rule) => (
                  <span class="row">
                    {subjectWords(subjectOf(rule)).join(' ')}
                    {rule.kind === 'group' && rule.broken && <Badge tone="danger">Broken: the group is gone</Badge>}
                  </span>
                ),
              },
              { title: 'Get the role', cell: ({ role, label }) => label ?? role },
            ]}
          />
        )}
      </Card>
    </>
  )
}
