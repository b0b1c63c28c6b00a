import { answered, api, type Answer } from '../../api/client'
import { useAnswer } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { Notice } from '../../ui/notice'
import { Time } from '../../ui/time'

/** A refusal that is older than this was not of the Test Connection that somebody has just pressed; a newer one may be of it. */
const RECENT_MS = 15 * 60_000

/** Waits for Test Connection and says what came of it: success, or why a request was refused since. */
export function ConnectionState(given: {
  readonly connection: Answer<'readConnection'>
  readonly hasWayIn: boolean
  readonly everyMs: number
}) {
  const { connection, hasWayIn, everyMs } = given
  const tenant = useTenant()
  const refusals = useAnswer(
    () => answered(api.GET('/api/manage/tenants/{tenant}/refusals', { params: { path: pathOf(tenant), query: { limit: 20 } } })),
    [tenant.slug],
    everyMs,
  )
  const { lastProbe, lastRequest, lastUsedToken } = connection
  const denied = (refusals.data?.items ?? []).filter(({ status }) => status === 401)
  const [refused] = denied.toSorted((a, b) => Date.parse(b.last) - Date.parse(a.last))
  const isAfterProbe = refused !== undefined && (lastProbe === undefined || refused.last > lastProbe)
  if (isAfterProbe && Date.now() - Date.parse(refused.last) < RECENT_MS) {
    return (
      <Notice kind="error" title="A request was refused">
        {refused.text}
      </Notice>
    )
  }
  if (lastProbe !== undefined) {
    return (
      <Notice kind="success" title="Connected">
        Last Test Connection <Time at={lastProbe} />
        {lastUsedToken !== undefined && <By way={lastUsedToken} />}
        {lastRequest !== undefined && (
          <>
            ; last request <Time at={lastRequest} />
          </>
        )}
        .
      </Notice>
    )
  }
  if (!hasWayIn) return null
  return (
    <div class="waiting" role="status">
      <span class="spinner" aria-hidden="true" />
      <div>
        <strong>Waiting for Test Connection…</strong>
        <div class="muted">Press it in Entra ID. This page turns to success, or tells why it was refused.</div>
      </div>
    </div>
  )
}

type Way = NonNullable<Answer<'readConnection'>['lastUsedToken']>

function By({ way: { kind, label, lastFour } }: { readonly way: Way }) {
  if (kind === 'trust') return <> by the identity {label}</>
  if (lastFour === undefined) return null
  return (
    <>
      {' '}
      with the {kind === 'token' ? 'token' : 'client secret'} ending in {lastFour}
    </>
  )
}
