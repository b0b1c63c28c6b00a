import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect } from 'preact/hooks'
import { Button } from './button'
import { Dialog } from './dialog'

/** Fields with a button of the kind submit among them: Enter sends it, and the browser's own hints stay away. */
export function Form(given: {
  readonly id?: string
  readonly onSubmit: () => void
  /** While it is sent nothing can be typed that the answer would replace. */
  readonly isRunning?: boolean
  readonly children: ComponentChildren
}) {
  const { id, onSubmit, isRunning = false, children } = given
  return (
    <form
      id={id}
      class="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        onSubmit()
      }}
    >
      <fieldset class="form-fields" disabled={isRunning}>
        {children}
      </fieldset>
    </form>
  )
}

/** A dialog with fields: it begins in the first, and Enter does what the button says. It stays until that is done. */
export function FormDialog(given: {
  readonly title: string
  /** What the button does, as a verb. */
  readonly submit: string
  readonly isRunning: boolean
  readonly onSubmit: () => void
  readonly onClose: () => void
  readonly children: ComponentChildren
  readonly wide?: boolean
}) {
  const { title, submit, isRunning, onSubmit, onClose, children, wide = false } = given
  const id = useId()
  const close = () => {
    if (!isRunning) onClose() // what comes of it is shown here: a secret perhaps, which is shown once
  }
  // At once: what somebody types meanwhile would go to the button that closes it.
  useLayoutEffect(() => {
    document.getElementById(id)?.querySelector<HTMLElement>('input, select, textarea')?.focus()
  }, [])
  return (
    <Dialog title={title} onClose={close} wide={wide}>
      <Form id={id} onSubmit={onSubmit} isRunning={isRunning}>
        {children}
        <div class="row">
          <Button kind="primary" type="submit" busy={isRunning}>
            {submit}
          </Button>
          <Button onClick={close}>Cancel</Button>
        </div>
      </Form>
    </Dialog>
  )
}

/** Choices that belong together, with what is wrong with them. */
export function Choices({
  legend,
  error,
  children,
}: {
  legend: string
  error?: string | undefined
  children: ComponentChildren
}) {
  return (
    <fieldset class="choices" aria-invalid={error !== undefined}>
      <legend>{legend}</legend>
      {children}
      {error !== undefined && <p class="field-error">{error}</p>}
    </fieldset>
  )
}
