import { useState } from 'preact/hooks'
import { answered, api, type Answer } from '../../api/client'
import { useAction } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { Button } from '../../ui/button'
import { countPeople } from '../../ui/count'
import { Confirm } from '../../ui/dialog'
import { announce } from '../../ui/toast'
import type { Failure } from './failed-dialog'
import type { Person } from './person'

type Act = 'lock' | 'unlock' | 'release'

/** As the API takes them in one request. */
const MAX_AT_ONCE = 1000

const ACTS: Readonly<Record<Act, { verb: string; done: string; what: string }>> = {
  lock: {
    verb: 'Lock',
    done: 'locked',
    what: 'Each keeps the role of now, whatever happens to groups and rules, until the lock is taken off. Disabled and Pending people cannot be locked.',
  },
  unlock: { verb: 'Unlock', done: 'unlocked', what: 'Their roles follow groups and rules again, at once.' },
  release: { verb: 'Release', done: 'released', what: 'Each gets the role that groups and rules give, at once.' },
}

/** What can be done to everybody who is selected. */
export function BulkBar(given: {
  readonly chosen: readonly Person[]
  readonly onClear: () => void
  readonly onFailed: (failure: Failure) => void
  readonly onDone: () => void
}) {
  const { chosen, onClear, onFailed, onDone } = given
  const [act, setAct] = useState<Act>()
  const tooMany = chosen.length > MAX_AT_ONCE
  return (
    <>
      <div class="row" role="group" aria-label="Selected people">
        <strong role="status">{chosen.length} selected</strong>
        {(Object.keys(ACTS) as Act[]).map((one) => (
          <Button key={one} size="small" disabled={tooMany} onClick={() => setAct(one)}>
            {ACTS[one].verb}
          </Button>
        ))}
        <Button size="small" kind="subtle" onClick={onClear}>
          Clear selection
        </Button>
        {tooMany && <span class="muted">At most {MAX_AT_ONCE} people at once.</span>}
      </div>
      {act !== undefined && (
        <ConfirmAct act={act} chosen={chosen} onClose={() => setAct(undefined)} onFailed={onFailed} onDone={onDone} />
      )}
    </>
  )
}

function ConfirmAct(given: {
  readonly act: Act
  readonly chosen: readonly Person[]
  readonly onClose: () => void
  readonly onFailed: (failure: Failure) => void
  readonly onDone: () => void
}) {
  const { act, chosen, onClose, onFailed, onDone } = given
  const tenant = useTenant()
  const { verb, done, what } = ACTS[act]
  const change = useAction(async () => {
    const { results } = await answered(send(act, { path: pathOf(tenant), ids: chosen.map(({ id }) => id) }))
    const failed = results.filter(({ ok }) => !ok)
    if (failed.length < results.length) announce(`${countPeople(results.length - failed.length)} ${done}`)
    onDone()
    onClose()
    if (failed.length === 0) return
    onFailed({ title: `${failed.length} of ${countPeople(results.length)} could not be ${done}`, failed, known: chosen })
  })
  return (
    <Confirm
      title={`${verb} ${countPeople(chosen.length)}?`}
      confirm={`${verb} ${countPeople(chosen.length)}`}
      kind="primary"
      action={change}
      onConfirm={() => void change.run()}
      onClose={onClose}
    >
      <p>{what}</p>
    </Confirm>
  )
}

interface Sent {
  readonly path: { readonly tenant: string }
  readonly ids: string[]
}

type Done = Promise<{ data?: Answer<'lockPeople'>; error?: unknown; response: Response }>

const send = (act: Act, { path, ids }: Sent): Done =>
  act === 'release'
    ? api.POST('/api/manage/tenants/{tenant}/people/releases', { params: { path }, body: { ids } })
    : api.POST('/api/manage/tenants/{tenant}/people/locks', { params: { path }, body: { ids, locked: act === 'lock' } })
