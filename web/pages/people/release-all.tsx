import { useEffect, useRef, useState } from 'preact/hooks'
import { answered, api } from '../../api/client'
import { useAction, useAnswer } from '../../api/use-answer'
import { pathOf, useTenant, type TenantPage } from '../../shell/tenant'
import { Button } from '../../ui/button'
import { Confirm } from '../../ui/dialog'
import { Loaded } from '../../ui/loaded'
import { announce } from '../../ui/toast'
import type { Failed, Failure } from './failed-dialog'

/** Lets in everybody who waits, a thousand with each request. */
export function ReleaseAll(given: { readonly onFailed: (failure: Failure) => void; readonly onDone: () => void }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button kind="primary" size="small" onClick={() => setOpen(true)}>
        Release all…
      </Button>
      {isOpen && <ConfirmAll onClose={() => setOpen(false)} {...given} />}
    </>
  )
}

function ConfirmAll(given: {
  readonly onClose: () => void
  readonly onFailed: (failure: Failure) => void
  readonly onDone: () => void
}) {
  const { onClose, onFailed, onDone } = given
  const tenant = useTenant()
  const [left, setLeft] = useState<number>()
  const isClosed = useRef(false)
  const count = useAnswer(
    () => answered(api.GET('/api/manage/tenants/{tenant}/people/releases', { params: { path: pathOf(tenant) } })),
    [tenant.slug],
  )
  const total = count.data?.waiting ?? 0
  useEffect(
    () => () => {
      isClosed.current = true
    },
    [],
  )
  const release = useAction(async () => {
    setLeft((held) => held ?? total) // a second try goes on
    try {
      const { released, failed } = await releaseAll(tenant, setLeft, () => isClosed.current)
      announce(`${released} released`)
      onClose()
      if (failed.length > 0) onFailed({ title: `${failed.length} could not be released`, failed, known: [] })
    } finally {
      onDone()
    }
  })
  return (
    <Confirm
      title="Release everybody who waits?"
      confirm={count.data === undefined ? 'Release all' : `Release ${total}`}
      kind="primary"
      action={release}
      onConfirm={() => {
        if (count.data !== undefined) void release.run()
      }}
      onClose={onClose}
    >
      <Loaded of={count} rows={1}>
        {({ waiting }) => (
          <p>
            {waiting === 1 ? '1 person waits' : `${waiting} people wait`} for a release, whatever the filters above say. Each gets
            the role that groups and rules give, at once.
          </p>
        )}
      </Loaded>
      {left !== undefined && (
        <label class="stack">
          <span role="status">{left} left. Closing this stops the release; whoever is released stays so.</span>
          <progress max={Math.max(total, 1)} value={total - left} />
        </label>
      )}
    </Confirm>
  )
}

/** Until nobody is left, a round changes nothing, or the dialog was closed. */
async function releaseAll(tenant: TenantPage, tell: (left: number) => void, isClosed: () => boolean) {
  const failed = new Map<string, Failed>()
  let released = 0
  for (;;) {
    const round = await answered(
      api.POST('/api/manage/tenants/{tenant}/people/releases', { params: { path: pathOf(tenant) }, body: { all: true } }),
    )
    const done = round.results.filter(({ ok }) => ok).length
    released += done
    for (const one of round.results) if (!one.ok) failed.set(one.id, one)
    tell(round.left)
    if (round.left === 0 || done === 0 || isClosed()) return { released, failed: [...failed.values()] }
  }
}
