import { useTenant } from '../../shell/tenant'
import { Page } from '../../ui/layout'
import { Capture } from './capture'
import { Cycles } from './cycles'
import { Days } from './days'
import { Lines } from './lines'

/** What the last cycles did, what was refused and why, and requests as Entra ID sends them. */
export function ActivityPage() {
  const { isAdmin } = useTenant()
  return (
    <Page
      title="Activity"
      lead="What Entra ID changed here and what came of it, in plain words. Requests that were refused say why."
    >
      <div class="activity-top">
        <Days />
        <Cycles />
      </div>
      <Lines />
      {isAdmin && <Capture />}
    </Page>
  )
}
