import type { ComponentChildren } from 'preact'
import type { Problem } from '../api/problem'
import { useAnswer, type Action } from '../api/use-answer'
import { Button } from './button'
import { Dialog } from './dialog'
import { Skeleton } from './loaded'
import { ProblemNotice } from './notice'

/** Shows what a save would do before it can be done. It stays until the save is. */
export function PreviewDialog<T>(given: {
  /** What is worked out meanwhile. */
  readonly waiting: string
  readonly read: () => Promise<T>
  readonly show: (preview: T) => ComponentChildren
  /** What the button does, in words that say to how many. */
  readonly confirm: (preview: T) => string
  readonly isHarm?: (preview: T) => boolean
  readonly save: Action<[]>
  readonly onClose: () => void
  /** Says a problem better than its own sentence does; undefined leaves it at that. */
  readonly sayProblem?: (problem: Problem) => ComponentChildren
  readonly children?: ComponentChildren
}) {
  const { waiting, read, show, confirm, isHarm, save, onClose, sayProblem, children } = given
  const { data, problem } = useAnswer(read, [])
  const close = () => {
    if (!save.isRunning) onClose()
  }
  const wrong = save.problem ?? problem
  return (
    <Dialog
      title="Preview before saving"
      wide
      onClose={close}
      actions={
        <>
          {data !== undefined && (
            <Button kind={isHarm?.(data) === true ? 'danger' : 'primary'} busy={save.isRunning} onClick={() => void save.run()}>
              {confirm(data)}
            </Button>
          )}
          <Button onClick={close}>Back to the draft</Button>
        </>
      }
    >
      {data !== undefined && show(data)}
      {data === undefined && problem === undefined && (
        <>
          <p role="status">{waiting}</p>
          <Skeleton rows={4} />
        </>
      )}
      {children}
      {wrong !== undefined && (sayProblem?.(wrong) ?? <ProblemNotice problem={wrong} />)}
    </Dialog>
  )
}
