import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Button, IconButton } from '../../ui/button'
import { count } from '../../ui/count'
import { Confirm } from '../../ui/dialog'
import { Select, TextField } from '../../ui/field'
import { Badge, Card } from '../../ui/layout'
import { MAX_ROLES, wrongName } from './checks'
import { newKey, withoutRole, withRole, type Draft, type DraftRole, type Editing } from './draft'

interface Asked extends Editing {
  /** Whether somebody wanted to save the draft. */
  readonly isAsked: boolean
}

/** The tenant's roles and the default. */
export function RoleList({ draft, change, isAsked }: Asked) {
  const { roles, defaultKey } = draft
  return (
    <Card title="Access roles" lead="Name them as the product knows them. Letter case tells no two roles apart.">
      <Names draft={draft} change={change} isAsked={isAsked} />
      <div class="form">
        <Select
          label="Default role"
          hint="For everybody whom no rule names, and for whoever leaves the last group that a rule names. Choose a role without rights, such as No access: then removal from the groups means no access."
          value={defaultKey}
          options={roles.map(({ key, name }) => ({ value: key, text: name }))}
          onChange={(key) => change({ ...draft, defaultKey: key })}
        />
      </div>
    </Card>
  )
}

function Names({ draft, change, isAsked }: Asked) {
  const { roles, defaultKey } = draft
  const [removed, setRemoved] = useState<DraftRole>()
  const [added, setAdded] = useState(0)
  const list = useRef<HTMLUListElement>(null)
  useLayoutEffect(() => {
    if (added > 0) list.current?.querySelector<HTMLElement>('li:last-child input')?.focus()
  }, [added])
  function remove(role: DraftRole, instead: string): void {
    setRemoved(undefined)
    change(withoutRole(draft, role.key, instead))
    list.current?.querySelector('input')?.focus()
  }
  return (
    <>
      <ul class="role-list" ref={list}>
        {roles.map((role, index) => (
          <li key={role.key}>
            <TextField
              label={`Name of role ${index + 1}`}
              hideLabel
              value={role.name}
              error={role.name === '' && !isAsked ? undefined : wrongName(role, roles)}
              onInput={(name) => change(withRole(draft, { ...role, name }))}
            />
            <RoleUse isDefault={role.key === defaultKey} rules={usesOf(role, draft)} />
            <IconButton
              icon="delete"
              label={`Remove role ${role.name}`}
              disabled={roles.length === 1}
              onClick={() => (isNamed(role, draft) ? setRemoved(role) : remove(role, ''))}
            />
          </li>
        ))}
      </ul>
      <div>
        <Button
          icon="add"
          disabled={roles.length >= MAX_ROLES}
          onClick={() => {
            change(withRole(draft, { key: newKey(), name: '' }))
            setAdded(added + 1)
          }}
        >
          Add role
        </Button>
      </div>
      {removed !== undefined && (
        <RemoveRole
          draft={draft}
          role={removed}
          onClose={() => setRemoved(undefined)}
          onRemove={(instead) => remove(removed, instead)}
        />
      )}
    </>
  )
}

const usesOf = ({ key }: DraftRole, { rules }: Draft) => rules.filter(({ roleKey }) => roleKey === key).length
const isNamed = (role: DraftRole, draft: Draft) => role.key === draft.defaultKey || usesOf(role, draft) > 0

function RoleUse({ isDefault, rules }: { readonly isDefault: boolean; readonly rules: number }) {
  return (
    <span class="row role-use">
      {isDefault && <Badge tone="brand">Default</Badge>}
      {rules > 0 && <span class="muted">{count(rules, 'rule')}</span>}
      {!isDefault && rules === 0 && <span class="muted">Not used</span>}
    </span>
  )
}

/** What named the role has to name another one. */
function RemoveRole(given: {
  readonly draft: Draft
  readonly role: DraftRole
  readonly onClose: () => void
  readonly onRemove: (instead: string) => void
}) {
  const { draft, role, onClose, onRemove } = given
  const others = draft.roles.filter(({ key }) => key !== role.key)
  const [instead, setInstead] = useState(others.at(-1)?.key ?? '')
  const rules = usesOf(role, draft)
  return (
    <Confirm title={`Remove role ${role.name}?`} confirm="Remove role" onConfirm={() => onRemove(instead)} onClose={onClose}>
      <p>
        {role.key === draft.defaultKey && 'It is the default role. '}
        {rules > 0 && `It is given by ${count(rules, 'rule')}. `}
        Nothing is stored before you save.
      </p>
      <Select
        label="Role in its place"
        value={instead}
        options={others.map(({ key, name }) => ({ value: key, text: name }))}
        onChange={setInstead}
      />
    </Confirm>
  )
}
