import { useLayoutEffect, useState } from 'preact/hooks'
import { guardLeaving } from '../shell/router'
import { Button } from './button'
import { Dialog } from './dialog'

/** While it is shown, leaving the page asks: `text` says what would be lost. */
export function LeaveGuard({ text }: { readonly text: string }) {
  const [leave, setLeave] = useState<() => void>()
  useLayoutEffect(
    () =>
      guardLeaving((then) => {
        setLeave(() => then)
      }),
    [],
  )
  if (leave === undefined) return null
  const stay = () => {
    setLeave(undefined)
  }
  return (
    <Dialog
      title="Leave without saving?"
      onClose={stay}
      actions={
        <>
          <Button kind="danger" onClick={leave}>
            Leave without saving
          </Button>
          <Button onClick={stay}>Stay</Button>
        </>
      }
    >
      <p>{text}</p>
    </Dialog>
  )
}
