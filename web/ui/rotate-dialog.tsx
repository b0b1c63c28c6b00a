import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { useAction } from '../api/use-answer'
import { Button } from './button'
import { Dialog } from './dialog'
import { ProblemNotice } from './notice'

/** Makes a new secret beside the one of before, and shows it this once. It cannot be closed while the secret is on its way. */
export function RotateDialog<Made>(given: {
  readonly title: string
  /** What the button does: "Generate new token". */
  readonly submit: string
  /** What becomes of the old one. */
  readonly children: ComponentChildren
  readonly make: () => Promise<Made>
  readonly show: (made: Made) => ComponentChildren
  readonly onMade: () => void
  readonly onClose: () => void
}) {
  const { title, submit, children, make, show, onMade, onClose } = given
  const [made, setMade] = useState<{ readonly secret: Made }>()
  const rotate = useAction(async () => {
    setMade({ secret: await make() })
    onMade()
  })
  const close = () => {
    if (!rotate.isRunning) onClose()
  }
  return (
    <Dialog
      title={title}
      onClose={close}
      actions={
        made === undefined ? (
          <>
            <Button kind="primary" busy={rotate.isRunning} onClick={() => void rotate.run()}>
              {submit}
            </Button>
            <Button onClick={close}>Cancel</Button>
          </>
        ) : (
          <Button kind="primary" onClick={onClose}>
            Done
          </Button>
        )
      }
    >
      {made === undefined ? children : show(made.secret)}
      <ProblemNotice problem={rotate.problem} />
    </Dialog>
  )
}
