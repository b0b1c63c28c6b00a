import { useRef, useState } from 'preact/hooks'
import { Button } from '../../ui/button'
import { LeaveGuard } from '../../ui/leave-guard'
import { StaleNotice } from '../../ui/stale-notice'
import { announce } from '../../ui/toast'
import { pageTitle, useFocus } from '../../ui/use-focus'
import { isSendable } from './checks'
import { draftOf, isSame, type KnownRoles, type SavedRoles } from './draft'
import { RoleList } from './role-list'
import { RuleList } from './rule-list'
import { SaveDialog } from './save-dialog'

interface EditorGiven {
  readonly saved: SavedRoles
  readonly known: KnownRoles
  readonly onSaved: (saved: SavedRoles) => void
}

/** Roles and rules as a draft: saved as a whole, after a look at who would change. */
export function RolesEditor({ saved, known, onSaved }: EditorGiven) {
  const [draft, change] = useState(() => draftOf(saved, known))
  const [isSaving, setSaving] = useState(false)
  const [stale, setStale] = useState<SavedRoles>()
  const element = useRef<HTMLDivElement>(null)
  // A role without a name is told of once somebody wants to save it, not while it is being named.
  const [asked, setAsked] = useState(0)
  useFocus(() => element.current?.querySelector('[aria-invalid=true]'), asked)
  const [shown, setShown] = useState(0)
  useFocus(pageTitle, shown) // the buttons that were pressed are gone
  const isChanged = !isSame(draft, draftOf(saved))

  function show(roles: SavedRoles): void {
    change(draftOf(roles, known))
    setAsked(0)
    setStale(undefined)
    onSaved(roles)
    setShown(shown + 1)
  }
  function save(): void {
    if (isSendable(draft)) setSaving(true)
    else setAsked(asked + 1)
  }
  return (
    <div class="stack editor" ref={element}>
      {stale !== undefined && (
        <Stale
          onLoad={() => show(stale)}
          onKeep={() => {
            onSaved(stale)
            setStale(undefined)
          }}
        />
      )}
      <RoleList draft={draft} change={change} labels={saved.labels} known={known} isAsked={asked > 0} />
      <RuleList draft={draft} change={change} labels={saved.labels} />
      {isChanged && (
        <>
          <SaveBar onSave={save} onDiscard={() => change(draftOf(saved))} isBlocked={stale !== undefined} />
          <LeaveGuard text="The changes of roles and rules on this page are not saved. They are lost when you leave it." />
        </>
      )}
      {isSaving && (
        <SaveDialog
          saved={saved}
          draft={draft}
          onClose={() => setSaving(false)}
          onSaved={(roles) => {
            setSaving(false)
            announce('Roles and rules saved')
            show(roles)
          }}
          onStale={(roles) => {
            setSaving(false)
            setStale(roles)
          }}
        />
      )}
    </div>
  )
}

function Stale({ onLoad, onKeep }: { readonly onLoad: () => void; readonly onKeep: () => void }) {
  return (
    <StaleNotice
      onLoad={onLoad}
      action={
        <Button size="small" onClick={onKeep}>
          Keep my draft
        </Button>
      }
    >
      Nothing of yours is stored. Loading shows their roles and rules in place of your draft. Keeping your draft replaces theirs
      once you save it; the preview says who changes then.
    </StaleNotice>
  )
}

function SaveBar(given: { readonly onSave: () => void; readonly onDiscard: () => void; readonly isBlocked: boolean }) {
  return (
    <section class="save-bar" aria-label="Unsaved changes">
      <span>Not saved yet. People keep their roles until then.</span>
      <span class="row">
        <Button onClick={given.onDiscard}>Discard</Button>
        <Button kind="primary" disabled={given.isBlocked} onClick={given.onSave}>
          Preview and save
        </Button>
      </span>
    </section>
  )
}
