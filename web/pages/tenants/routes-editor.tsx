import { useState } from 'preact/hooks'
import { answered, api } from '../../api/client'
import { Problem } from '../../api/problem'
import { useAction } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { Button } from '../../ui/button'
import { Select } from '../../ui/field'
import { Card } from '../../ui/layout'
import { LeaveGuard } from '../../ui/leave-guard'
import { ProblemNotice } from '../../ui/notice'
import { StaleNotice } from '../../ui/stale-notice'
import { announce } from '../../ui/toast'
import { AddRoute } from './add-route'
import { RouteList } from './route-list'
import type { Routing } from './tenants-page'

export type Draft = Pick<Routing, 'onLeave'> & { readonly routes: readonly DraftRoute[] }
/** Without an id: not saved yet. */
export type DraftRoute = Omit<Routing['routes'][number], 'id'> & { readonly id?: string }

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

/** Which group goes to which tenant, as a draft that is saved as a whole. */
export function RoutesEditor({ routing, onSaved }: { readonly routing: Routing; readonly onSaved: (routing: Routing) => void }) {
  const tenant = useTenant()
  const [base, setBase] = useState(routing) // what is read anew meanwhile, such as counts, changes no draft
  const [draft, setDraft] = useState(draftOf(routing))
  const [isStale, setStale] = useState(false)
  const params = { path: pathOf(tenant) }
  function show(now: Routing): void {
    setBase(now)
    setDraft(draftOf(now))
    setStale(false)
    onSaved(now)
  }
  const save = useAction(async () => {
    try {
      const body = { ...sent(draft), version: base.version }
      show(await answered(api.PUT('/api/manage/tenants/{tenant}/routes', { params, body })))
      announce('Routes saved. Copies follow within minutes')
    } catch (error) {
      if (!(error instanceof Problem) || error.kind !== 'stale') throw error
      setStale(true)
    }
  })
  const load = useAction(async () => show(await answered(api.GET('/api/manage/tenants/{tenant}/routes', { params }))))
  const isChanged = !isSame(draft, draftOf(base))
  return (
    <Card
      title="Routes"
      lead="The members of a group are copied to its tenant, with the group. A person can be in several tenants."
    >
      {isStale && (
        <StaleNotice onLoad={() => void load.run()} isLoading={load.isRunning}>
          Nothing of yours is stored. Loading shows their routes in place of yours.
        </StaleNotice>
      )}
      <RouteList routing={routing} draft={draft} onChange={setDraft} />
      <AddRoute routing={routing} onAdd={(route) => setDraft({ ...draft, routes: [...draft.routes, route] })} />
      <Select
        label="When somebody leaves the last group that is routed to a tenant"
        value={draft.onLeave}
        options={ON_LEAVE}
        onChange={(value) => setDraft({ ...draft, onLeave: value === 'delete' ? 'delete' : 'disable' })}
      />
      <ProblemNotice problem={save.problem ?? load.problem} />
      {isChanged && (
        <div class="row">
          <Button kind="primary" busy={save.isRunning} disabled={isStale} onClick={() => void save.run()}>
            Save routes
          </Button>
          <Button onClick={() => setDraft(draftOf(base))}>Discard</Button>
          <LeaveGuard text="The changes of routes on this page are not saved. They are lost when you leave it." />
        </div>
      )}
    </Card>
  )
}
