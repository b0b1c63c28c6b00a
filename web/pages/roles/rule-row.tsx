import { Button, IconButton } from '../../ui/button'
import { Select } from '../../ui/field'
import { Icon } from '../../ui/icons'
import { Badge } from '../../ui/layout'
import type { DraftRule, roleOptions } from './draft'
import { groupSubject, subjectName, subjectWords, type Subject } from './subject'

export type Direction = 'up' | 'down'

interface RowGiven {
  readonly rule: DraftRule
  readonly index: number
  readonly count: number
  /** The roles to choose from. */
  readonly options: ReturnType<typeof roleOptions>
  /** Place of the rule further up that is for the same people. */
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
  const name = subjectName(rule.subject)
  const [lead, strong] = subjectWords(rule.subject)
  return (
    <li class={`rule ${drag}`} data-rule={rule.key}>
      <span class="rule-grip" title="Drag to another place" onPointerDown={onGrab}>
        <Icon name="drag" />
      </span>
      <span class="rule-place">{index + 1}</span>
      <div class="rule-group">
        <span class="rule-name">
          <span class="muted">{lead}</span> <strong>{strong}</strong>
        </span>
        {given.shadowedBy !== undefined && (
          <span class="cell-note">Rule {given.shadowedBy} is for the same people already, so this one gives nobody a role.</span>
        )}
        {rule.subject.kind === 'group' && (
          <GroupNotes group={rule.subject} onChange={(subject) => onChange({ ...rule, subject })} />
        )}
      </div>
      <div class="rule-role">
        <Select
          label={rule.subject.kind === 'group' ? `Role for members of ${name}` : `Role for ${name}`}
          hideLabel
          value={rule.roleKey}
          options={options}
          onChange={(roleKey) => onChange({ ...rule, roleKey })}
        />
      </div>
      <div class="rule-actions">
        <IconButton icon="arrowUp" label={`Move ${name} up`} disabled={index === 0} onClick={() => onMove('up')} />
        <IconButton icon="arrowDown" label={`Move ${name} down`} disabled={index === count - 1} onClick={() => onMove('down')} />
        <IconButton
          icon="edit"
          label={`Change ${rule.subject.kind === 'group' ? 'the group of ' : ''}${name}`}
          onClick={onEdit}
        />
        <IconButton icon="delete" label={`Remove the rule of ${name}`} onClick={onRemove} />
      </div>
    </li>
  )
}

type Group = Extract<Subject, { kind: 'group' }>

function GroupNotes({ group, onChange }: { readonly group: Group; readonly onChange: (group: Group) => void }) {
  const { isBroken, suggestion, groupExternalId } = group
  return (
    <>
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
            onClick={() => onChange(groupSubject({ id: suggestion.groupId, name: suggestion.displayName }))}
          >
            Use the new group
          </Button>
        </div>
      )}
    </>
  )
}
