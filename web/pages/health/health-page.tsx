import { answered, api } from '../../api/client'
import { useAnswer } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { Page } from '../../ui/layout'
import { Loaded } from '../../ui/loaded'
import { CoverageCard } from './coverage-card'
import { HealthState } from './health-state'
import { Numbers } from './numbers'

const LOOK_EVERY_MS = 15_000

/** Whether Entra ID still comes, and whether it sends what is needed. */
export function HealthPage() {
  const tenant = useTenant()
  const health = useAnswer(
    () => answered(api.GET('/api/manage/tenants/{tenant}/health', { params: { path: pathOf(tenant) } })),
    [tenant.slug],
    LOOK_EVERY_MS,
  )
  return (
    <Page
      title="Health"
      lead="Entra ID tells nobody here when it stops. Rollcall judges from the requests that come; this page keeps itself up to date."
    >
      <Loaded of={health} rows={5}>
        {(facts) => (
          <>
            <HealthState health={facts} />
            {facts.state !== 'never connected' && <Numbers health={facts} />}
          </>
        )}
      </Loaded>
      <CoverageCard />
    </Page>
  )
}
