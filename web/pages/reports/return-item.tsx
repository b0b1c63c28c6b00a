import { answered, api } from '../../api/client'
import { Problem } from '../../api/problem'
import { useAction } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { Confirm } from '../../ui/dialog'
import { announce } from '../../ui/toast'
import { nameOf } from './person-name'

/** Notes that one item was given back. That somebody else has noted it meanwhile is no failure. */
export function ReturnItem(given: {
  readonly assetTag: string
  readonly holder: Parameters<typeof nameOf>[0]
  readonly onClose: () => void
  readonly onChange: () => void
}) {
  const { assetTag, holder, onClose, onChange } = given
  const tenant = useTenant()
  const giveBack = useAction(async () => {
    const params = { path: { ...pathOf(tenant), assetTag } }
    const call = answered(api.DELETE('/api/manage/tenants/{tenant}/equipment/{assetTag}', { params }))
    const isGone = await call.then(
      () => false,
      (error: unknown) => {
        if (error instanceof Problem && error.status === 404) return true
        throw error
      },
    )
    announce(isGone ? `${assetTag} was returned already` : `${assetTag} returned`)
    onClose()
    onChange()
  })
  return (
    <Confirm
      title={`Return ${assetTag}?`}
      confirm="Return item"
      action={giveBack}
      onConfirm={() => void giveBack.run()}
      onClose={onClose}
    >
      <p>
        {nameOf(holder)} has given it back then. Nothing of the assignment stays here; model and serial number are entered again
        when somebody else gets the item.
      </p>
    </Confirm>
  )
}
