import { useLayoutEffect, useState } from 'preact/hooks'
import { answered, api } from '../../api/client'
import { Problem } from '../../api/problem'
import { useAction, type Action } from '../../api/use-answer'
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

interface Saving {
  readonly draft: Draft
  readonly setDraft: (draft: Draft) => void
  readonly isChanged: boolean
  /** Somebody else saved other routes meanwhile. */
  readonly isStale: boolean
  readonly save: Action<[]>
  /** Shows what is saved now in place of the draft. */
  readonly load: Action<[]>
}

function useRoutes(routing: Routing, onSaved: (routing: Routing) => void): Saving {
  const tenant = useTenant()
  const [base, setBase] = useState(routing)
  const [draft, setDraft] = useState(draftOf(routing))
  const [isStale, setStale] = useState(false)
  const params = { path: pathOf(tenant) }
  const read = () => answered(api.GET('/api/manage/tenants/{tenant}/routes', { params }))
  const put = (version: number) =>
    answered(api.PUT('/api/manage/tenants/{tenant}/routes', { params, body: { ...sent(draft), version } }))
  function show(now: Routing): void {
    setBase(now)
    setDraft(draftOf(now))
    setStale(false)
    onSaved(now)
  }
  async function attempt(): Promise<Routing | undefined> {
    try {
      return await put(base.version)
    } catch (error) {
      if (!(error instanceof Problem) || error.kind !== 'stale') throw error
      const now = await read()
      // The version is that of all settings: where others of them were saved, these routes are still what was changed.
      return isSame(draftOf(now), draftOf(base)) ? put(now.version) : undefined
    }
  }
  const save = useAction(async () => {
    const saved = await attempt()
    if (saved === undefined) {
      setStale(true)
      return
    }
    show(saved)
    announce('Routes saved. Copies follow within minutes')
  })
  const load = useAction(async () => show(await read()))
  const isChanged = !isSame(draft, draftOf(base))
  useLayoutEffect(() => {
    if (isChanged || save.isRunning) return // what is read anew meanwhile changes no draft
    setBase(routing)
    setDraft(draftOf(routing))
  }, [routing])
  return { draft, setDraft, isChanged, isStale, save, load }
}

/** Which group goes to which tenant, as a draft that is saved as a whole. */
export function RoutesEditor({ routing, onSaved }: { readonly routing: Routing; readonly onSaved: (routing: Routing) => void }) {
  const { draft, setDraft, isChanged, isStale, save, load } = useRoutes(routing, onSaved)
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
      <fieldset class="form-fields routes-fields" disabled={save.isRunning}>
        <RouteList routing={routing} draft={draft} onChange={setDraft} />
        <AddRoute routing={routing} onAdd={(route) => setDraft({ ...draft, routes: [...draft.routes, route] })} />
        <Select
          label="When somebody leaves the last group that is routed to a tenant"
          value={draft.onLeave}
          options={ON_LEAVE}
          onChange={(value) => setDraft({ ...draft, onLeave: value === 'delete' ? 'delete' : 'disable' })}
        />
      </fieldset>
      <ProblemNotice problem={save.problem ?? load.problem} />
      {isChanged && (
        <div class="row">
          <Button kind="primary" busy={save.isRunning} disabled={isStale} onClick={() => void save.run()}>
            Save routes
          </Button>
          <Button onClick={() => setDraft(draftOf(routing))}>Discard</Button>
          <LeaveGuard text="The changes of routes on this page are not saved. They are lost when you leave it." />
        </div>
      )}
    </Card>
  )
}
