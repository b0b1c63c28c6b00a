import { Button, IconButton } from '../../ui/button'
import { Select } from '../../ui/field'
import { Icon } from '../../ui/icons'
import { Badge } from '../../ui/layout'
import { groupOf } from './checks'
import type { DraftRule, roleOptions } from './draft'

export type Direction = 'up' | 'down'

interface RowGiven {
  readonly rule: DraftRule
  readonly index: number
  readonly count: number
  /** The roles to choose from. */
  readonly options: ReturnType<typeof roleOptions>
  /** Place of the rule further up that has the same group. */
  readonly shadowedBy: number | undefined
  readonly drag: string
  readonly onGrab: (event: PointerEvent) => void
  readonly onMove: (direction: Direction) => void
  readonly onChange: (rule: DraftRule) => void
  readonly onEdit: () => void
  readonly onRemove: () => void
}

export function RuleRow(given: RowGiven) {
  const { rule, index, count, options, drag, onGrab, onMove, onChange, onEdit, onRemove } = given
  const name = groupOf(rule)
  return (
    <li class={`rule ${drag}`} data-rule={rule.key}>
      <span class="rule-grip" title="Drag to another place" onPointerDown={onGrab}>
        <Icon name="drag" />
      </span>
      <span class="rule-place">{index + 1}</span>
      <div class="rule-group">
        <span class="rule-name">
          <span class="muted">Members of</span> <strong>{name}</strong>
        </span>
        <RuleNotes {...given} />
      </div>
      <div class="rule-role">
        <Select
          label={`Role for members of ${name}`}
          hideLabel
          value={rule.roleKey}
          options={options}
          onChange={(roleKey) => onChange({ ...rule, roleKey })}
        />
      </div>
      <div class="rule-actions">
        <IconButton icon="arrowUp" label={`Move ${name} up`} disabled={index === 0} onClick={() => onMove('up')} />
        <IconButton icon="arrowDown" label={`Move ${name} down`} disabled={index === count - 1} onClick={() => onMove('down')} />
        <IconButton icon="edit" label={`Change the group of ${name}`} onClick={onEdit} />
        <IconButton icon="delete" label={`Remove the rule of ${name}`} onClick={onRemove} />
      </div>
    </li>
  )
}

function RuleNotes({ rule, shadowedBy, onChange }: RowGiven) {
  const { isBroken, suggestion, groupExternalId } = rule
  return (
    <>
      {shadowedBy !== undefined && (
        <span class="cell-note">Rule {shadowedBy} names this group already, so this one gives nobody a role.</span>
      )}
      {isBroken && (
        <div class="rule-broken">
          <Badge tone="danger">Broken</Badge>
          <span class="cell-note">
            The group is gone, so this rule gives nobody its role. It works again by itself when Entra ID sends a group with
            {groupExternalId === undefined ? ' the same externalId.' : ` the externalId ${groupExternalId}.`}
          </span>
        </div>
      )}
      {suggestion !== undefined && (
        <div class="rule-broken">
          <span class="cell-note">A group of the same name is there. Take it if you know that it is the same group.</span>
          <Button
            size="small"
            icon="check"
            label={`Use the new group ${suggestion.displayName}`}
            onClick={() =>
              onChange({
                ...rule,
                groupId: suggestion.groupId,
                groupName: suggestion.displayName,
                groupExternalId: undefined,
                isBroken: false,
                suggestion: undefined,
              })
            }
          >
            Use the new group
          </Button>
        </div>
      )}
    </>
  )
}
