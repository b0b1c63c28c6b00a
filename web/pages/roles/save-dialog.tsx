import { useState } from 'preact/hooks'
import { answered, api, type Answer } from '../../api/client'
import { Problem } from '../../api/problem'
import { saveOver } from '../../api/save-over'
import { useAction } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { countPeople } from '../../ui/count'
import { Notice } from '../../ui/notice'
import { PreviewDialog } from '../../ui/preview-dialog'
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
  const { save, warning } = useSave(given)
  return (
    <PreviewDialog
      waiting="Working out whose role would change…"
      read={() => answered(api.POST('/api/manage/tenants/{tenant}/roles/preview', { params, body: bodyOf(draft) }))}
      show={(preview) => <PreviewShown preview={preview} />}
      confirm={(preview) => (warning === undefined ? saveWords(preview) : 'Save all the same')}
      save={save}
      onClose={onClose}
      sayProblem={(problem) => (problem.kind === 'invalid-request' ? <Wrong problem={problem} draft={draft} /> : undefined)}
    >
      {warning !== undefined && <Notice kind="warning">{warning}</Notice>}
    </PreviewDialog>
  )
}

const saveWords = ({ changed }: Answer<'previewRoles'>) =>
  changed === 0 ? 'Save; nobody’s role changes' : `Save and apply to ${countPeople(changed)}`

const Wrong = ({ problem, draft }: { readonly problem: Problem; readonly draft: Draft }) => (
  <Notice kind="error" title="This cannot be saved">
    {sayWrong(problem, draft).map((sentence) => (
      <p key={sentence}>{sentence}</p>
    ))}
  </Notice>
)

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
  const read = () => answered(api.GET('/api/manage/tenants/{tenant}/roles', { params: { path } }))
  const save = useAction(async () => {
    try {
      const outcome = await saveOver(saved, { put, read, isSame: (one, other) => isSame(draftOf(one), draftOf(other)) })
      if ('saved' in outcome) onSaved(outcome.saved)
      else onStale(outcome.stale)
    } catch (error) {
      if (!(error instanceof Problem) || error.harm === undefined) throw error
      setWarning(error.harm)
    }
  })
  return { save, warning }
}
