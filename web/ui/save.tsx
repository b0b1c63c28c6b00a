import type { Problem } from '../api/problem'
import { Button } from './button'
import { LeaveGuard } from './leave-guard'
import { Notice, ProblemNotice } from './notice'
import { StaleNotice } from './stale-notice'

/** Why a save was refused. When somebody else saved meanwhile, the new state can be loaded; it never is by itself. */
export function SaveProblem(given: {
  readonly problem: Problem | undefined
  readonly onLoad: () => void
  /** Whether the form shows what is wrong beside the field; all of them unless given. */
  readonly isPlaced?: ((path: string) => boolean) | undefined
  /** What becomes of the entries when the new state is loaded. */
  readonly keeps?: boolean
}) {
  const { problem, onLoad, isPlaced = () => true, keeps = false } = given
  if (problem === undefined) return null
  if (problem.kind === 'stale') {
    return (
      <StaleNotice onLoad={onLoad}>
        Nothing of yours was saved. Your entries are still here;{' '}
        {keeps ? 'they stay when the new state is loaded.' : 'the new state takes their place when you load it.'}
      </StaleNotice>
    )
  }
  if (problem.status !== 400 || problem.fields.length === 0) return <ProblemNotice problem={problem} />
  const others = problem.fields.filter(({ path }) => !isPlaced(path))
  return (
    <Notice kind="error" title="Nothing was saved">
      {others.length === 0 ? 'Correct the marked fields.' : others.map(({ path, detail }) => `${path} ${detail}`).join('; ')}
    </Notice>
  )
}

/** The end of a form: why the last save failed, and the button. Leaving the page with something unsaved asks. */
export function SaveBar(given: {
  readonly action: { readonly isRunning: boolean; readonly problem: Problem | undefined }
  readonly isDirty: boolean
  readonly onLoad: () => void
  readonly isPlaced?: (path: string) => boolean
}) {
  const { action, isDirty, onLoad, isPlaced } = given
  return (
    <>
      <SaveProblem problem={action.problem} onLoad={onLoad} isPlaced={isPlaced} />
      <div class="row">
        <Button kind="primary" type="submit" busy={action.isRunning} disabled={!isDirty && !action.isRunning}>
          Save
        </Button>
        {isDirty && <span class="muted">Not saved yet</span>}
      </div>
      {isDirty && <LeaveGuard text="What you entered here is not saved. It is lost when you leave." />}
    </>
  )
}
