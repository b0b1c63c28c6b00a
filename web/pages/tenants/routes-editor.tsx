import { useLayoutEffect, useState } from 'preact/hooks'
import { answered, api } from '../../api/client'
import { saveOver } from '../../api/save-over'
import { useAction } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { Button } from '../../ui/button'
import { Select } from '../../ui/field'
import { Card } from '../../ui/layout'
import { LeaveGuard } from '../../ui/leave-guard'
import { PreviewDialog } from '../../ui/preview-dialog'
import { StaleNotice } from '../../ui/stale-notice'
import { announce } from '../../ui/toast'
import { pageTitle, useFocus } from '../../ui/use-focus'
import { AddRoute } from './add-route'
import { RouteList } from './route-list'
import { confirmWords, isHarm, RoutesPreview } from './routes-preview'
import type { Draft, Routing } from './routing'

const draftOf = ({ onLeave, routes }: Routing): Draft => ({ onLeave, routes })
const sent = ({ onLeave, routes }: Draft) => ({
  onLeave,
  routes: routes.map(({ id, groupId, tenant }) => ({ ...(id !== undefined && { id }), groupId, tenant })),
})
const isSame = (one: Draft, other: Draft) => JSON.stringify(sent(one)) === JSON.stringify(sent(other))

const ON_LEAVE = [
  { value: 'disable', text: 'Disable the copy: whoever comes back has role, lock and equipment again' },
  { value: 'delete', text: 'Delete the copy: whoever comes back is somebody new' },
]

function useRoutes(routing: Routing, onSaved: (routing: Routing) => void) {
  const tenant = useTenant()
  const [base, setBase] = useState(routing)
  const [draft, setDraft] = useState(draftOf(routing))
  const [isSaving, setSaving] = useState(false)
  const [stale, setStale] = useState<Routing>() // what somebody else has saved meanwhile
  const [shown, setShown] = useState(0)
  useFocus(pageTitle, shown) // the buttons that were pressed are gone
  const params = { path: pathOf(tenant) }
  function show(now: Routing): void {
    setBase(now)
    setDraft(draftOf(now))
    setStale(undefined)
    onSaved(now)
    setShown(shown + 1)
  }
  const preview = () => answered(api.POST('/api/manage/tenants/{tenant}/routes/preview', { params, body: sent(draft) }))
  const save = useAction(async () => {
    const outcome = await saveOver(base, {
      put: (version) => answered(api.PUT('/api/manage/tenants/{tenant}/routes', { params, body: { ...sent(draft), version } })),
      read: () => answered(api.GET('/api/manage/tenants/{tenant}/routes', { params })),
      isSame: (one, other) => isSame(draftOf(one), draftOf(other)),
    })
    setSaving(false)
    if ('stale' in outcome) {
      setStale(outcome.stale)
      return
    }
    show(outcome.saved)
    announce('Routes saved. Copies follow within minutes')
  })
  const isChanged = !isSame(draft, draftOf(base))
  useLayoutEffect(() => {
    if (isChanged) return // what is read anew meanwhile changes no draft
    setBase(routing)
    setDraft(draftOf(routing))
  }, [routing])
  return { draft, setDraft, isChanged, isSaving, setSaving, stale, show, preview, save }
}

/** Which group goes to which tenant, as a draft that is saved as a whole, after a look at what would happen. */
export function RoutesEditor({ routing, onSaved }: { readonly routing: Routing; readonly onSaved: (routing: Routing) => void }) {
  const { draft, setDraft, isChanged, isSaving, setSaving, stale, show, preview, save } = useRoutes(routing, onSaved)
  return (
    <Card
      title="Routes"
      lead="The members of a group are copied to its tenant, with the group. A person can be in several tenants."
    >
      {stale !== undefined && (
        <StaleNotice onLoad={() => show(stale)}>
          Nothing of yours is stored. Loading shows their routes in place of yours.
        </StaleNotice>
      )}
      <div class="form-fields routes-fields">
        <RouteList routing={routing} draft={draft} onChange={setDraft} />
        <AddRoute routing={routing} onAdd={(route) => setDraft({ ...draft, routes: [...draft.routes, route] })} />
        <Select
          label="When somebody leaves the last group that is routed to a tenant"
          value={draft.onLeave}
          options={ON_LEAVE}
          onChange={(value) => setDraft({ ...draft, onLeave: value === 'delete' ? 'delete' : 'disable' })}
        />
      </div>
      {isChanged && (
        <div class="row">
          <Button kind="primary" disabled={stale !== undefined} onClick={() => setSaving(true)}>
            Preview and save
          </Button>
          <Button onClick={() => show(stale ?? routing)}>Discard</Button>
          <LeaveGuard text="The changes of routes on this page are not saved. They are lost when you leave it." />
        </div>
      )}
      {isSaving && (
        <PreviewDialog
          waiting="Working out who would be copied and who would leave…"
          read={preview}
          show={(found) => <RoutesPreview preview={found} connections={routing.connections} />}
          confirm={confirmWords}
          isHarm={isHarm}
          save={save}
          onClose={() => setSaving(false)}
        />
      )}
    </Card>
  )
}
