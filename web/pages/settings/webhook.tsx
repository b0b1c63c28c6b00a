import { answered, api } from '../../api/client'
import { useAnswer } from '../../api/use-answer'
import { addressOf } from '../../shell/router'
import { pathOf, useTenant } from '../../shell/tenant'
import { PageLink } from '../../ui/button'
import { Card, Facts } from '../../ui/layout'
import { Loaded } from '../../ui/loaded'
import { Notice } from '../../ui/notice'
import { Time } from '../../ui/time'
import { WebhookActions } from './webhook-actions'
import { Failures, Parked } from './webhook-deliveries'
import { Replay } from './webhook-replay'
import { WebhookSecrets } from './webhook-secrets'
import { mayChange, nameOf, sayEvents, type Webhook } from './webhook-words'
import { WebhookState } from './webhook-state'

const LOOK_EVERY_MS = 5000

/** One endpoint: how it fares, and what can be done about it. */
export function WebhookPage({ id }: { readonly id: string }) {
  const tenant = useTenant()
  const webhook = useAnswer(
    () =>
      answered(
        api.GET('/api/manage/tenants/{tenant}/webhooks/{webhook}', { params: { path: { ...pathOf(tenant), webhook: id } } }),
      ),
    [tenant.slug, id],
    LOOK_EVERY_MS,
  )
  return (
    <>
      <p>
        <PageLink to={`${addressOf(tenant.slug, 'settings')}/webhooks`}>All webhooks</PageLink>
      </p>
      <Loaded of={webhook}>
        {(one) => (
          <>
            <Card title={nameOf(one)}>
              <State webhook={one} />
              {mayChange(tenant, one) && <WebhookActions webhook={one} onChange={() => void webhook.reload()} />}
            </Card>
            <WebhookSecrets webhook={one} onChange={() => void webhook.reload()} />
            <Parked of={one} />
            {mayChange(tenant, one) && <Replay webhook={one} />}
            <Failures id={id} />
          </>
        )}
      </Loaded>
    </>
  )
}

function State({ webhook }: { readonly webhook: Webhook }) {
  const { url, events, delivered, failingSince, waiting, seq, created, by, owner, gone } = webhook
  return (
    <>
      {gone && (
        <Notice kind="warning" title="The receiver answered 410">
          So it was paused. Resume it when the receiver takes deliveries again; it goes on where it was.
        </Notice>
      )}
      {failingSince !== undefined && (
        <Notice kind="error" title="Every try fails">
          Since <Time at={failingSince} />. Nothing is lost: each delivery is tried for three days, then parked.
        </Notice>
      )}
      <Facts
        of={[
          ['URL', url],
          ['State', <WebhookState key="state" of={webhook} />],
          ['Events', sayEvents(events)],
          [
            'Last delivered',
            delivered === undefined ? (
              'Never'
            ) : (
              <>
                <Time at={delivered.time} />, answered {delivered.status} in {delivered.ms} ms
              </>
            ),
          ],
          ['People and groups that wait for another try', waiting],
          ['Sent up to record', seq],
          [
            'Made',
            <>
              <Time at={created} style="day" /> by {by}
              {owner === 'operator' && '. Only an operator of the service may change it'}
            </>,
          ],
        ]}
      />
    </>
  )
}
