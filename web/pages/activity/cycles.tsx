import { answered, api, type Item } from '../../api/client'
import { useAnswer } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { Badge, Card } from '../../ui/layout'
import { Loaded } from '../../ui/loaded'
import { Time } from '../../ui/time'
import { count } from '../../ui/count'

type Cycle = Item<'listCycles'>
const SHOWN = 6

/** When Entra ID came last, and what it did each time. */
export function Cycles() {
  const tenant = useTenant()
  const cycles = useAnswer(
    () =>
      answered(
        api.GET('/api/manage/tenants/{tenant}/activity/cycles', { params: { path: pathOf(tenant), query: { limit: SHOWN } } }),
      ),
    [tenant.slug],
  )
  return (
    <Card title="Last cycles">
      <Loaded of={cycles}>
        {({ items }) =>
          items.length === 0 ? (
            <p class="muted">No cycle is known yet.</p>
          ) : (
            <ul class="cycles">
              {items.map((cycle) => (
                <li key={cycle.begin}>
                  <Time at={cycle.begin} />
                  <span class="muted">{said(cycle)}</span>
                  {cycle.refused > 0 && <Badge tone="warning">{cycle.refused} refused</Badge>}
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  )
}

function said({ begin, end, changes, requests, cut }: Cycle): string {
  const minutes = Math.round((Date.parse(end) - Date.parse(begin)) / 60_000)
  const total = Object.values(changes).reduce((sum, number) => sum + number, 0)
  const what = total > 0 ? count(total, 'change') : 'nothing changed'
  const length = minutes > 0 ? `, ${count(minutes, 'minute')}` : ''
  return `${cut ? 'at least ' : ''}${what}${requests === undefined ? '' : `, ${count(requests, 'request')}`}${length}`
}
