import { useState } from 'preact/hooks'
import { answered, api, type Answer } from '../../api/client'
import type { Problem } from '../../api/problem'
import { useAction, useAnswer, type Loading } from '../../api/use-answer'
import { Button, IconButton } from '../../ui/button'
import { Checkbox, TextField } from '../../ui/field'
import { Form } from '../../ui/form'
import { Card } from '../../ui/layout'
import { Loaded } from '../../ui/loaded'
import { SaveBar } from '../../ui/save'
import { Table } from '../../ui/table'
import { announce } from '../../ui/toast'
import { useDraft } from '../../ui/use-draft'

type Catalogue = Answer<'readRoleCatalogue'>
type Role = Catalogue['roles'][number]
const MAX_ROLES = 50

/** The roles that the product knows, among which every tenant chooses. */
export function RoleCatalogue({ isAdmin }: { readonly isAdmin: boolean }) {
  const catalogue = useAnswer(() => answered(api.GET('/api/manage/role-catalogue')), [])
  return (
    <Card
      title="Roles of the product"
      lead="Name each as the product knows it. Customers choose among them; which of them let people into the product is said here and nowhere else. New tenants begin with all of them, and with the first that lets nobody in for everybody."
    >
      <Loaded of={catalogue} rows={4}>
        {(saved) => (isAdmin ? <CatalogueForm saved={saved} catalogue={catalogue} /> : <Shown saved={saved} />)}
      </Loaded>
    </Card>
  )
}

const Shown = ({ saved: { roles, freeText } }: { readonly saved: Catalogue }) => (
  <>
    <Table
      caption="Roles of the product"
      rows={roles}
      keyOf={({ name }) => name}
      columns={[
        { title: 'Role', cell: ({ name }) => name },
        { title: 'What it allows', width: '50%', cell: ({ description }) => description },
        { title: 'Lets people in', cell: ({ grantsAccess }) => (grantsAccess ? 'Yes' : 'No') },
      ]}
    />
    <p>{freeText ? 'Customers may name other roles too.' : 'Customers may name no other role.'}</p>
  </>
)

function CatalogueForm({ saved, catalogue }: { readonly saved: Catalogue; readonly catalogue: Loading<Catalogue> }) {
  const { roles, freeText, version } = saved
  const { value, set, isDirty } = useDraft({ roles, freeText }, version)
  const [isChecked, setChecked] = useState(false)
  const save = useAction(async () => {
    catalogue.put(await answered(api.PUT('/api/manage/role-catalogue', { body: { version, ...trimmed(value) } })))
    announce('Roles of the product saved')
  })
  return (
    <Form
      onSubmit={() => {
        setChecked(true)
        if (isDirty && value.roles.every(({ name }) => name.trim() !== '')) void save.run()
      }}
    >
      <Roles roles={value.roles} isChecked={isChecked} problem={save.problem} change={(next) => set({ roles: next })} />
      <Checkbox
        label="Customers may name roles of their own"
        hint="They then say of each whether it lets people in. Without this, roles that customers have named before stay until they are taken out."
        checked={value.freeText}
        onChange={(checked) => set({ freeText: checked })}
      />
      <SaveBar
        action={save}
        isDirty={isDirty}
        onLoad={() => void catalogue.reload().then(save.clear)}
        isPlaced={(path) => /^\/roles\/\d+\//.test(path)}
      />
    </Form>
  )
}

function Roles(given: {
  readonly roles: readonly Role[]
  readonly isChecked: boolean
  readonly problem: Problem | undefined
  readonly change: (next: Role[]) => void
}) {
  const { roles, isChecked, problem, change } = given
  const put = (index: number, part: Partial<Role>) =>
    change(roles.map((role, place) => (place === index ? { ...role, ...part } : role)))
  return (
    <>
      <ul class="role-list catalogue">
        {roles.map((role, index) => (
          <li key={index}>
            <TextField
              label={`Role ${index + 1}`}
              value={role.name}
              maxLength={60}
              error={isChecked && role.name.trim() === '' ? 'A role needs a name.' : problem?.at(`/roles/${index}/name`)}
              onInput={(name) => put(index, { name })}
            />
            <TextField
              label="What it allows"
              value={role.description}
              maxLength={300}
              error={problem?.at(`/roles/${index}/description`)}
              onInput={(description) => put(index, { description })}
            />
            <Checkbox
              label="Lets people in"
              checked={role.grantsAccess}
              onChange={(grantsAccess) => put(index, { grantsAccess })}
            />
            <IconButton
              icon="delete"
              label={`Remove role ${role.name}`}
              disabled={roles.length === 1}
              onClick={() => change(roles.filter((_, place) => place !== index))}
            />
          </li>
        ))}
      </ul>
      <div>
        <Button
          icon="add"
          disabled={roles.length >= MAX_ROLES}
          onClick={() => change([...roles, { name: '', description: '', grantsAccess: false }])}
        >
          Add role
        </Button>
      </div>
    </>
  )
}

const trimmed = ({ roles, freeText }: Pick<Catalogue, 'roles' | 'freeText'>) => ({
  freeText,
  roles: roles.map((role) => ({ ...role, name: role.name.trim(), description: role.description.trim() })),
})
