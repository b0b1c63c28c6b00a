import { useState } from 'preact/hooks'
import { answered, api } from '../../api/client'
import { useAction, useAnswer } from '../../api/use-answer'
import { go } from '../../shell/router'
import { pathOf, useTenant } from '../../shell/tenant'
import { Confirm } from '../../ui/dialog'
import { TextField } from '../../ui/field'
import { Loaded } from '../../ui/loaded'
import { Notice } from '../../ui/notice'
import { announce } from '../../ui/toast'

/** Says how many people go, and wants the slug typed. */
export function DeleteTenant({ onClose }: { readonly onClose: () => void }) {
  const tenant = useTenant()
  const [typed, setTyped] = useState('')
  const [isChecked, setChecked] = useState(false)
  const coverage = useAnswer(
    () => answered(api.GET('/api/manage/tenants/{tenant}/coverage', { params: { path: pathOf(tenant) } })),
    [tenant.slug],
  )
  const remove = useAction(async () => {
    const params = { path: pathOf(tenant), query: { confirm: typed } }
    await answered(api.DELETE('/api/manage/tenants/{tenant}', { params }))
    announce(`${tenant.name} is deleted`)
    go('/console/tenants')
  })
  const isRight = typed === tenant.slug
  return (
    <Confirm
      title={`Delete ${tenant.name}?`}
      confirm="Delete tenant"
      action={remove}
      onConfirm={() => {
        setChecked(true)
        if (isRight) void remove.run()
      }}
      onClose={onClose}
    >
      <Loaded of={coverage} rows={1}>
        {({ people }) => (
          <Notice kind="warning">
            {people} {people === 1 ? 'person goes' : 'people go'}, with all else of this tenant. Within 30 seconds nobody is let
            in any more; Entra ID's provisioning of it fails from then on.
          </Notice>
        )}
      </Loaded>
      <TextField
        label={`Type ${tenant.slug} to confirm`}
        value={typed}
        error={isChecked && !isRight ? `This is not ${tenant.slug}.` : undefined}
        onInput={setTyped}
      />
    </Confirm>
  )
}
