import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { Problem } from '../../api/problem'
import { useAction } from '../../api/use-answer'
import { Confirm } from '../../ui/dialog'
import { Notice } from '../../ui/notice'
import { announce } from '../../ui/toast'

/** Ends a way into the tenant. The API asks for a second word when it is in use; what it says is shown before it is sent again. */
export function EndDialog(given: {
  readonly title: string
  /** What the button does: "Revoke token". */
  readonly confirm: string
  /** What the button says once it is known what it does. */
  readonly allTheSame: string
  /** Told when it is done. */
  readonly done: string
  readonly end: (query: { readonly confirm?: 'used' }) => Promise<unknown>
  readonly children: ComponentChildren
  readonly onClose: () => void
  readonly onChange: () => void
}) {
  const { title, confirm, allTheSame, done, end, children, onClose, onChange } = given
  const [harm, setHarm] = useState<string>()
  const ending = useAction(async () => {
    try {
      await end(harm === undefined ? {} : { confirm: 'used' })
    } catch (error) {
      if (!(error instanceof Problem) || error.harm === undefined) throw error
      setHarm(error.harm)
      return
    }
    announce(done)
    onChange()
    onClose()
  })
  return (
    <Confirm
      title={title}
      confirm={harm === undefined ? confirm : allTheSame}
      action={ending}
      onConfirm={() => void ending.run()}
      onClose={onClose}
    >
      {children}
      {harm !== undefined && <Notice kind="warning">{harm}</Notice>}
    </Confirm>
  )
}
