import { answered, api, type Item } from '../../api/client'
import { useAnswer } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { count } from '../../ui/count'
import { Card } from '../../ui/layout'
import { Loaded } from '../../ui/loaded'

type Day = Item<'listActivityDays'>

const DAYS = 30
const dayName = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' })

/** A bar a day. Days are counted in UTC. */
export function Days() {
  const tenant = useTenant()
  const days = useAnswer(
    () =>
      answered(
        api.GET('/api/manage/tenants/{tenant}/activity/days', { params: { path: pathOf(tenant), query: { days: DAYS } } }),
      ),
    [tenant.slug],
  )
  return (
    <Card title={`Last ${DAYS} days`}>
      <Loaded of={days}>{({ items }) => <Bars days={items} />}</Loaded>
    </Card>
  )
}

function Bars({ days }: { readonly days: readonly Day[] }) {
  const most = Math.max(1, ...days.map(({ changes, refusals = 0 }) => changes + refusals))
  const busy = days.filter(({ changes, refusals = 0 }) => changes + refusals > 0)
  const words = busy.length === 0 ? 'Nothing changed' : busy.map(saidOf).join('; ')
  return (
    <div>
      <div class="bars" role="img" aria-label={`Changes by day, in UTC. ${words}`}>
        {days.map((day) => (
          <Bar key={day.day} day={day} most={most} />
        ))}
      </div>
      <div class="bars-axis" aria-hidden="true">
        <span>{nameOf(days[0])}</span>
        <span class="bars-legend">
          <i class="bar-changes" /> changes <i class="bar-refusals" /> refused
        </span>
        <span>{nameOf(days.at(-1))}</span>
      </div>
    </div>
  )
}

const nameOf = (day: Day | undefined) => (day === undefined ? '' : dayName.format(new Date(day.day)))

const saidOf = ({ day, changes, refusals = 0 }: Day) =>
  `${dayName.format(new Date(day))}: ${count(changes, 'change')}${refusals > 0 ? `, ${refusals} refused` : ''}`

function Bar({ day, most }: { readonly day: Day; readonly most: number }) {
  const { changes, refusals = 0 } = day
  const height = (value: number) => ({ height: `${(value / most) * 100}%` })
  return (
    <div class="bar" title={saidOf(day)}>
      {refusals > 0 && <span class="bar-refusals" style={height(refusals)} />}
      <span class="bar-changes" style={height(changes)} />
    </div>
  )
}
