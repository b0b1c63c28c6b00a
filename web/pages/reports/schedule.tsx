import { useState } from 'preact/hooks'
import { answered, api, type Answer } from '../../api/client'
import { useAction, useAnswer } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { Button } from '../../ui/button'
import { Checkbox, Select, TextField } from '../../ui/field'
import { Form } from '../../ui/form'
import { Card } from '../../ui/layout'
import { LeaveGuard } from '../../ui/leave-guard'
import { Loaded } from '../../ui/loaded'
import { ProblemNotice } from '../../ui/notice'
import { StaleNotice } from '../../ui/stale-notice'
import { announce } from '../../ui/toast'

type Saved = Answer<'readEquipmentSchedule'>
const ADDRESS = '/api/manage/tenants/{tenant}/settings/equipment-report'
const MAX_DAYS = 31
const WEEK = 7

/** When the report goes to the webhooks by itself. */
export function Schedule() {
  const tenant = useTenant()
  const saved = useAnswer(() => answered(api.GET(ADDRESS, { params: { path: pathOf(tenant) } })), [tenant.slug])
  return (
    <Card
      title="Report on a schedule"
      lead="The change feed and your webhooks get a record equipment.report, unless nobody who is disabled has equipment."
    >
      <Loaded of={saved} rows={2}>
        {(schedule) =>
          tenant.isAdmin ? (
            <ScheduleForm key={schedule.version} saved={schedule} onSaved={saved.put} />
          ) : (
            <p>{saySchedule(schedule)}</p>
          )
        }
      </Loaded>
    </Card>
  )
}

const localTime = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' })

/** "06:00 UTC (here 7:00 AM)", by today's offset. */
function sayHour(hourUtc: number): string {
  const at = new Date()
  at.setUTCHours(hourUtc, 0, 0, 0)
  const utc = `${String(hourUtc).padStart(2, '0')}:00 UTC`
  return at.getTimezoneOffset() === 0 ? utc : `${utc} (here ${localTime.format(at)})`
}

function saySchedule({ everyDays, hourUtc }: Saved): string {
  if (everyDays === null) return 'The report is off.'
  return `The report is made ${everyDays === 1 ? 'every day' : `every ${everyDays} days`} from ${sayHour(hourUtc)} on.`
}

const HOURS = Array.from({ length: 24 }, (_, hour) => ({ value: String(hour), text: sayHour(hour) }))

function ScheduleForm({ saved, onSaved }: { readonly saved: Saved; readonly onSaved: (saved: Saved) => void }) {
  const tenant = useTenant()
  const params = { path: pathOf(tenant) }
  const [isOn, setOn] = useState(saved.everyDays !== null)
  const [days, setDays] = useState(String(saved.everyDays ?? WEEK))
  const [hour, setHour] = useState(saved.hourUtc)
  const everyDays = isOn ? Number(days) : null
  const wrongDays = isOn && !/^([1-9]|[12]\d|3[01])$/.test(days) ? `Enter a whole number from 1 to ${MAX_DAYS}.` : undefined
  const isChanged = everyDays !== saved.everyDays || (isOn && hour !== saved.hourUtc)
  const save = useAction(async () => {
    const body = { version: saved.version, everyDays, hourUtc: hour }
    onSaved(await answered(api.PUT(ADDRESS, { params, body })))
    announce('Schedule saved')
  })
  const load = useAction(async () => onSaved(await answered(api.GET(ADDRESS, { params }))))
  return (
    <Form
      isRunning={save.isRunning}
      onSubmit={() => {
        if (isChanged && wrongDays === undefined) void save.run()
      }}
    >
      <Checkbox label="Make the report on a schedule" checked={isOn} onChange={setOn} />
      {isOn && (
        <div class="schedule">
          <TextField
            label="Every so many days"
            type="number"
            min={1}
            max={MAX_DAYS}
            value={days}
            error={wrongDays}
            onInput={setDays}
          />
          <Select
            label="From this hour of the day on"
            value={String(hour)}
            options={HOURS}
            onChange={(value) => setHour(Number(value))}
          />
        </div>
      )}
      {save.problem?.kind === 'stale' ? (
        <StaleNotice onLoad={() => void load.run()} isLoading={load.isRunning}>
          Nothing of yours is stored. Loading shows the schedule as it is saved now, in place of what you chose here.
        </StaleNotice>
      ) : (
        <ProblemNotice problem={save.problem} />
      )}
      <ProblemNotice problem={load.problem} />
      <div>
        <Button type="submit" kind="primary" busy={save.isRunning} disabled={!isChanged || wrongDays !== undefined}>
          Save schedule
        </Button>
      </div>
      {isChanged && <LeaveGuard text="The schedule you chose is not saved." />}
    </Form>
  )
}
