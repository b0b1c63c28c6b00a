import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect, useRef } from 'preact/hooks'
import type { Problem } from '../api/problem'
import { Button, IconButton } from './button'
import { ProblemNotice } from './notice'
import { tellToasts, Toasts } from './toast'

interface DialogGiven {
  readonly title: string
  /** Without it one of its buttons has to be chosen. */
  readonly onClose?: (() => void) | undefined
  readonly children: ComponentChildren
  /** Buttons at its end. */
  readonly actions?: ComponentChildren
  /** drawer: at the side of the page, for looking at one thing of many. */
  readonly kind?: 'dialog' | 'drawer'
  readonly wide?: boolean
}

/** The browser's own modal dialog: it keeps the focus, closes on Escape, and gives the focus back. */
export function Dialog({ title, onClose, children, actions, kind = 'dialog', wide = false }: DialogGiven) {
  const element = useRef<HTMLDialogElement>(null)
  const id = useId()
  useLayoutEffect(() => {
    const before = document.activeElement
    element.current?.showModal()
    tellToasts()
    return () => {
      // Once the dialog has gone: what lies behind takes no focus while it is there.
      setTimeout(() => {
        if (before instanceof HTMLElement && document.activeElement === document.body) before.focus()
        tellToasts()
      })
    }
  }, [])
  return (
    <dialog
      ref={element}
      class={`${kind}${wide ? ' dialog-wide' : ''}`}
      aria-labelledby={id}
      onCancel={(event) => {
        if (event.target !== element.current) return // of a file picker inside
        event.preventDefault()
        onClose?.()
      }}
      onClose={() => {
        onClose?.() // a second Escape closes it whatever is said of the first
        setTimeout(() => {
          if (element.current?.isConnected === true && !element.current.open) element.current.showModal() // not yet, it was said
        })
      }}
      onClick={(event) => {
        if (event.target === element.current && kind === 'drawer') onClose?.()
      }}
    >
      <div class="dialog-frame">
        <header class="dialog-header">
          <h2 id={id}>{title}</h2>
          {onClose !== undefined && <IconButton icon="close" label="Close" onClick={onClose} />}
        </header>
        <div class="dialog-body">{children}</div>
        {actions !== undefined && <footer class="dialog-actions">{actions}</footer>}
      </div>
      <Toasts />
    </dialog>
  )
}

/** Says what will happen and to how many before it does. */
export function Confirm({
  title,
  confirm,
  action,
  onConfirm,
  onClose,
  children,
  kind = 'danger',
  disabled = false,
}: {
  readonly title: string
  /** What the button does, as a verb: "Revoke token". */
  readonly confirm: string
  /** Absent for what changes a draft alone. */
  readonly action?: { readonly isRunning: boolean; readonly problem: Problem | undefined }
  readonly disabled?: boolean
  readonly onConfirm: () => void
  readonly onClose: () => void
  readonly children: ComponentChildren
  readonly kind?: 'danger' | 'primary'
}) {
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button kind={kind} busy={action?.isRunning} disabled={disabled} onClick={onConfirm}>
            {confirm}
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      {children}
      <ProblemNotice problem={action?.problem} />
    </Dialog>
  )
}
