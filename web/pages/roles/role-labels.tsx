import { answered, api } from '../../api/client'
import { useAction, type Loading } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { TextField } from '../../ui/field'
import { Form } from '../../ui/form'
import { Card } from '../../ui/layout'
import { SaveBar } from '../../ui/save'
import { announce } from '../../ui/toast'
import { useDraft } from '../../ui/use-draft'
import type { SavedRoles } from './draft'

const MAX_LABEL_LENGTH = 60

/** What the saved roles are called on these pages. Saved apart from roles and rules, since nobody's role changes by it. */
export function RoleLabels({ saved, roles }: { readonly saved: SavedRoles; readonly roles: Loading<SavedRoles> }) {
  const params = { path: pathOf(useTenant()) }
  const { version } = saved
  const held = saved.roles.map((role) => ({ role, label: saved.labels.find((one) => one.role === role)?.label ?? '' }))
  const { value, set, isDirty } = useDraft({ labels: held }, version)
  const save = useAction(async () => {
    const labels = value.labels.map(({ role, label }) => ({ role, label: label.trim() }))
    roles.put(await answered(api.PUT('/api/manage/tenants/{tenant}/roles/labels', { params, body: { version, labels } })))
    announce('Labels saved')
  })
  return (
    <Card
      title="What the roles are called here"
      lead="A label is shown in place of the role’s name on these pages. The product goes on with the name, and what the role allows stays as it is."
    >
      <Form onSubmit={() => isDirty && void save.run()}>
        {value.labels.map(({ role, label }, index) => (
          <TextField
            key={role}
            label={`Label of ${role}`}
            value={label}
            maxLength={MAX_LABEL_LENGTH}
            placeholder={role}
            error={save.problem?.at(`/labels/${index}/label`)}
            onInput={(text) => set({ labels: value.labels.with(index, { role, label: text }) })}
          />
        ))}
        <SaveBar
          action={save}
          isDirty={isDirty}
          onLoad={() => void roles.reload().then(save.clear)}
          isPlaced={(path) => /^\/labels\/\d+\/label$/.test(path)}
        />
      </Form>
    </Card>
  )
}
