import type { ComponentChildren } from 'preact'
import { Button } from './button'
import { Notice } from './notice'

/** For a save that was refused since somebody else had saved: nothing is stored, and what was typed is still there. */
export function StaleNotice(given: {
  /** Shows what is saved now, in place of what was typed. */
  readonly onLoad: () => void
  readonly isLoading?: boolean
  /** What becomes of the typed. */
  readonly children: ComponentChildren
  /** Another way out. */
  readonly action?: ComponentChildren
}) {
  const { onLoad, isLoading = false, children, action } = given
  return (
    <Notice
      kind="warning"
      title="Somebody else saved meanwhile"
      action={
        <span class="row">
          <Button size="small" icon="refresh" busy={isLoading} onClick={onLoad}>
            Load the new state
          </Button>
          {action}
        </span>
      }
    >
      {children}
    </Notice>
  )
}
