import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Card } from '../../ui/layout'
import { Empty } from '../../ui/loaded'
import { announce } from '../../ui/toast'
import { AddRule } from './add-rule'
import { ChangeSubject } from './change-subject'
import { MAX_RULES, shadowed } from './checks'
import { moved, roleOptions, shownName, withoutRule, withRule, type DraftRule, type Editing } from './draft'
import { RuleRow, type Direction } from './rule-row'
import { subjectName } from './subject'
import { useDrag } from './use-drag'

export const RULES_LEAD =
  'The order decides: rules are tried from the top, and the first one that fits the person gives the role, whether it is for a group, an app role or an attribute. Put the strongest role first. Of a group only direct members count.'

/** The rules in their order. */
export function RuleList({ draft, change, labels }: Editing) {
  const { rules, roles, defaultKey } = draft
  const [edited, setEdited] = useState<DraftRule>()
  const defaultName = shownName(labels, roles.find(({ key }) => key === defaultKey)?.name ?? '')
  return (
    <Card title="Rules" lead={RULES_LEAD}>
      {rules.length === 0 ? (
        <Empty
          icon="roles"
          title="There are no rules yet"
          text={`A rule gives a role to the members of a group, or to people with an app role or an attribute value: members of Finance get the role Accountant, for example. Until there is one, everybody has the default role, ${defaultName}.`}
        />
      ) : (
        <Rules draft={draft} change={change} labels={labels} onEdit={setEdited} />
      )}
      {rules.length < MAX_RULES && <AddRule draft={draft} change={change} labels={labels} />}
      {edited !== undefined && (
        <ChangeSubject
          rule={edited}
          onClose={() => setEdited(undefined)}
          onChange={(subject) => {
            setEdited(undefined)
            change(withRule(draft, { ...edited, subject }))
          }}
        />
      )}
    </Card>
  )
}

/** A pointer or a keyboard changes their order. */
function Rules({ draft, change, labels, onEdit }: Editing & { readonly onEdit: (rule: DraftRule) => void }) {
  const { rules, roles } = draft
  const list = useRef<HTMLOListElement>(null)
  const follow = useFollowingFocus(list)
  const shadows = shadowed(draft)
  function move(from: number, to: number): void {
    const rule = rules[from]
    if (rule === undefined || from === to || to < 0 || to >= rules.length) return
    change(moved(draft, from, to))
    announce(`${subjectName(rule.subject)} is rule ${to + 1} of ${rules.length} now`)
  }
  const drag = useDrag(list, move)
  return (
    <ol class="rule-list" ref={list}>
      {rules.map((rule, index) => (
        <RuleRow
          key={rule.key}
          rule={rule}
          index={index}
          count={rules.length}
          options={roleOptions(roles, labels)}
          shadowedBy={shadows.get(rule.key)}
          drag={drag.classOf(index, rules.length)}
          onGrab={(event) => drag.start(index, event)}
          onMove={(direction) => {
            follow(rule.key, direction)
            move(index, direction === 'up' ? index - 1 : index + 1)
          }}
          onChange={(next) => change(withRule(draft, next))}
          onEdit={() => onEdit(rule)}
          onRemove={() => {
            change(withoutRule(draft, rule.key))
            announce(`Rule of ${subjectName(rule.subject)} removed from the draft`)
            document.querySelector<HTMLElement>('.add-rule input')?.focus()
          }}
        />
      ))}
    </ol>
  )
}

/** A rule that was moved by a button keeps the focus there; at the end of the list the other button has it. */
function useFollowingFocus(list: { readonly current: HTMLElement | null }): (key: string, direction: Direction) => void {
  const wanted = useRef<{ readonly key: string; readonly direction: Direction } | undefined>(undefined)
  useLayoutEffect(() => {
    if (wanted.current === undefined) return
    const { key, direction } = wanted.current
    wanted.current = undefined
    const buttons = [...(list.current?.querySelectorAll<HTMLButtonElement>(`[data-rule="${CSS.escape(key)}"] button`) ?? [])]
    const [up, down] = buttons
    const [first, second] = direction === 'up' ? [up, down] : [down, up]
    ;(first?.disabled === false ? first : second)?.focus()
  })
  return (key, direction) => {
    wanted.current = { key, direction }
  }
}
