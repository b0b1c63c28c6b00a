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
  readonly hasToken: boolean
  readonly everyMs: number
}) {
  const { connection, hasToken, everyMs } = given
  const tenant = useTenant()
  const refusals = useAnswer(
    () => answered(api.GET('/api/manage/tenants/{tenant}/refusals', { params: { path: pathOf(tenant), query: { limit: 5 } } })),
    [tenant.slug],
    everyMs,
  )
  const { lastProbe, lastRequest, lastUsedToken } = connection
  const refused = refusals.data?.items.find(({ status }) => status === 401)
  const isAfterProbe = refused !== undefined && (lastProbe === undefined || endOf(refused.minute) > Date.parse(lastProbe))
  if (isAfterProbe && Date.now() - endOf(refused.minute) < RECENT_MS) {
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
        {lastUsedToken?.lastFour !== undefined && <> with the token ending in {lastUsedToken.lastFour}</>}
        {lastRequest !== undefined && (
          <>
            ; last request <Time at={lastRequest} />
          </>
        )}
        .
      </Notice>
    )
  }
  if (!hasToken) return null
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

/** Refusals are counted by minute, so one may have come at its end. */
const endOf = (minute: string) => Date.parse(minute) + 59_999
