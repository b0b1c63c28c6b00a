import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Button, IconButton } from '../../ui/button'
import { count } from '../../ui/count'
import { Checkbox, Select, TextField } from '../../ui/field'
import { Badge, Card } from '../../ui/layout'
import { MAX_ROLES, wrongName } from './checks'
import {
  named,
  newKey,
  roleOptions,
  usesOf,
  withoutRole,
  withRole,
  type Draft,
  type DraftRole,
  type Editing,
  type KnownRoles,
} from './draft'
import { RemoveRole } from './remove-role'

interface Asked extends Editing {
  readonly known: KnownRoles
  /** Whether somebody wanted to save the draft. */
  readonly isAsked: boolean
}

const OWN_NAMES =
  'Who has a role that does not let people in cannot enter the product. What a role means there, only the product knows. Letter case tells no two roles apart.'
const KNOWN_NAMES = 'Choose among the roles of the product. Who has one that does not let people in cannot enter it.'

/** The tenant's roles and the default. */
export function RoleList({ draft, change, labels, known, isAsked }: Asked) {
  const { roles, defaultKey } = draft
  return (
    <Card title="Access roles" lead={known.freeText ? OWN_NAMES : KNOWN_NAMES}>
      <Names draft={draft} change={change} labels={labels} known={known} isAsked={isAsked} />
      <div class="form">
        <Select
          label="Default role"
          hint="For everybody whom no rule fits, and for whoever leaves the last group or loses the last app role that a rule names. Choose a role without rights, such as No access: then that means no access."
          value={defaultKey}
          options={roleOptions(roles, labels)}
          onChange={(key) => change({ ...draft, defaultKey: key })}
        />
      </div>
    </Card>
  )
}

function Names({ draft, change, labels, known, isAsked }: Asked) {
  const [removed, setRemoved] = useState<DraftRole>()
  const [added, setAdded] = useState(0)
  const list = useRef<HTMLUListElement>(null)
  useLayoutEffect(() => {
    if (added > 0) list.current?.querySelector<HTMLElement>('li:last-child :is(input, select)')?.focus()
  }, [added])
  function remove(role: DraftRole, instead: string): void {
    setRemoved(undefined)
    change(withoutRole(draft, role.key, instead))
    list.current?.querySelector<HTMLElement>('input, select')?.focus()
  }
  return (
    <>
      <ul class="role-list" ref={list}>
        {draft.roles.map((role, index) => (
          <li key={role.key}>
            <RoleName
              label={`Name of role ${index + 1}`}
              role={role}
              roles={draft.roles}
              known={known}
              error={role.name === '' && !isAsked ? undefined : wrongName(role, draft.roles)}
              onChange={(name) => change(withRole(draft, named(role, name, known)))}
            />
            <Checkbox
              label="Lets people in"
              checked={role.grantsAccess}
              disabled={known.roles.some(({ name }) => name === role.name)}
              onChange={(grantsAccess) => change(withRole(draft, { ...role, grantsAccess }))}
            />
            <RoleUse isDefault={role.key === draft.defaultKey} rules={usesOf(role, draft)} />
            <IconButton
              icon="delete"
              label={`Remove role ${role.name}`}
              disabled={draft.roles.length === 1}
              onClick={() => (isNamed(role, draft) ? setRemoved(role) : remove(role, ''))}
            />
          </li>
        ))}
      </ul>
      <AddRole
        draft={draft}
        known={known}
        onAdd={(role) => {
          change(withRole(draft, role))
          setAdded(added + 1)
        }}
      />
      {removed !== undefined && (
        <RemoveRole
          of={{ draft, labels, role: removed }}
          onClose={() => setRemoved(undefined)}
          onRemove={(instead) => remove(removed, instead)}
        />
      )}
    </>
  )
}

/** Begins without a name where one may be typed, else with a role of the product that is not there yet. */
function AddRole(given: { readonly draft: Draft; readonly known: KnownRoles; readonly onAdd: (role: DraftRole) => void }) {
  const { draft, known, onAdd } = given
  const [next = ''] = unused(draft.roles, known)
  return (
    <div>
      <Button
        icon="add"
        disabled={draft.roles.length >= MAX_ROLES || (!known.freeText && next === '')}
        onClick={() => onAdd(named({ key: newKey(), name: '', grantsAccess: false }, known.freeText ? '' : next, known))}
      >
        Add role
      </Button>
    </div>
  )
}

/** Roles of the product that the tenant does not have. */
const unused = (roles: readonly DraftRole[], known: KnownRoles) =>
  known.roles.map(({ name }) => name).filter((name) => !roles.some((role) => role.name === name))

/** Typed where the operator allows it, else chosen; a name from before stays until another is chosen. */
function RoleName(given: {
  readonly label: string
  readonly role: DraftRole
  readonly roles: readonly DraftRole[]
  readonly known: KnownRoles
  readonly error: string | undefined
  readonly onChange: (name: string) => void
}) {
  const { label, role, roles, known, error, onChange } = given
  const field = { label, hideLabel: true, value: role.name, error, hint: descriptionOf(role, known) }
  if (known.freeText) return <TextField {...field} onInput={onChange} />
  const names = [...(role.name === '' ? [] : [role.name]), ...unused(roles, known)]
  return <Select {...field} options={names.map((name) => ({ value: name, text: name }))} onChange={onChange} />
}

const descriptionOf = ({ name }: DraftRole, { roles }: KnownRoles) => roles.find((role) => role.name === name)?.description

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
