import { useState } from 'preact/hooks'
import { answered, api } from '../../api/client'
import { Problem } from '../../api/problem'
import { useAction, useAnswer } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { Skeleton } from '../../ui/loaded'
import { Notice, ProblemNotice } from '../../ui/notice'
import { sayWrong } from './checks'
import { bodyOf, draftOf, isSame, type Draft, type SavedRoles } from './draft'
import { PreviewShown } from './preview-shown'

interface SaveGiven {
  readonly saved: SavedRoles
  readonly draft: Draft
  readonly onClose: () => void
  readonly onSaved: (saved: SavedRoles) => void
  /** Somebody else has saved these meanwhile. */
  readonly onStale: (now: SavedRoles) => void
}

/** Who would change, and the button that lets it happen. */
export function SaveDialog(given: SaveGiven) {
  const { draft, onClose } = given
  const tenant = useTenant()
  const params = { path: pathOf(tenant) }
  const preview = useAnswer(
    () => answered(api.POST('/api/manage/tenants/{tenant}/roles/preview', { params, body: bodyOf(draft) })),
    [],
  )
  const { save, warning } = useSave(given)
  return (
    <Dialog
      title="Preview before saving"
      wide
      onClose={onClose}
      actions={
        <>
          {preview.data !== undefined && (
            <Button kind="primary" busy={save.isRunning} onClick={() => void save.run()}>
              {warning === undefined ? saveWords(preview.data.changed) : 'Save all the same'}
            </Button>
          )}
          <Button onClick={onClose}>Back to the draft</Button>
        </>
      }
    >
      {preview.data !== undefined && <PreviewShown preview={preview.data} />}
      {preview.data === undefined && preview.problem === undefined && (
        <>
          <p role="status">Working out whose role would change…</p>
          <Skeleton rows={4} />
        </>
      )}
      <Wrong problem={preview.problem} draft={draft} />
      {warning !== undefined && <Notice kind="warning">{warning}</Notice>}
      <Wrong problem={save.problem} draft={draft} />
    </Dialog>
  )
}

const saveWords = (changed: number) => {
  if (changed === 0) return 'Save; nobody’s role changes'
  return changed === 1 ? 'Save and apply to 1 person' : `Save and apply to ${changed.toLocaleString()} people`
}

function Wrong({ problem, draft }: { readonly problem: Problem | undefined; readonly draft: Draft }) {
  if (problem?.kind !== 'invalid-request') return <ProblemNotice problem={problem} />
  return (
    <Notice kind="error" title="This cannot be saved">
      {sayWrong(problem, draft).map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
    </Notice>
  )
}

/** Saves; where people are locked to a role that would be gone, only once that was read. */
function useSave({ saved, draft, onSaved, onStale }: SaveGiven) {
  const tenant = useTenant()
  const path = pathOf(tenant)
  const [warning, setWarning] = useState<string>()
  const put = (version: number) => {
    const query = warning === undefined ? {} : { confirm: 'locks' as const }
    const call = api.PUT('/api/manage/tenants/{tenant}/roles', { params: { path, query }, body: { version, ...bodyOf(draft) } })
    return answered(call)
  }
  async function attempt(): Promise<void> {
    try {
      onSaved(await put(saved.version))
    } catch (error) {
      if (kindOf(error) !== 'stale') throw error
      const now = await answered(api.GET('/api/manage/tenants/{tenant}/roles', { params: { path } }))
      // The version is that of all settings: where somebody saved others of them, these are still what was previewed.
      if (isSame(draftOf(now), draftOf(saved))) onSaved(await put(now.version))
      else onStale(now)
    }
  }
  const save = useAction(() =>
    attempt().catch((error: unknown) => {
      if (!(error instanceof Problem) || error.kind !== 'needs-confirmation') throw error
      setWarning(error.message.replace('repeat it with ?confirm=locks', 'save all the same'))
    }),
  )
  return { save, warning }
}

const kindOf = (error: unknown) => (error instanceof Problem ? error.kind : undefined)
