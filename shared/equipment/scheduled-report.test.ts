import { isReportDue } from './scheduled-report'

test.each([
  { when: 'never, without a schedule', everyDays: null, lastDay: undefined, now: '2026-03-10T23:00:00Z', isDue: false },
  { when: 'not before its hour', everyDays: 1, lastDay: undefined, now: '2026-03-10T05:59:59Z', isDue: false },
  { when: 'first as the hour has come', everyDays: 7, lastDay: undefined, now: '2026-03-10T06:00:00Z', isDue: true },
  { when: 'not twice a day', everyDays: 1, lastDay: '2026-03-10', now: '2026-03-10T23:00:00Z', isDue: false },
  { when: 'the next day at the hour', everyDays: 1, lastDay: '2026-03-10', now: '2026-03-11T06:00:00Z', isDue: true },
  { when: 'not before the hour of the next day', everyDays: 1, lastDay: '2026-03-10', now: '2026-03-11T05:00:00Z', isDue: false },
  { when: 'not a day early', everyDays: 7, lastDay: '2026-03-10', now: '2026-03-16T23:00:00Z', isDue: false },
  { when: 'over the end of a month', everyDays: 7, lastDay: '2026-02-27', now: '2026-03-06T06:00:00Z', isDue: true },
  { when: 'after an outage at once', everyDays: 1, lastDay: '2026-03-01', now: '2026-03-10T13:00:00Z', isDue: true },
])('the report is due: $when', ({ everyDays, lastDay, now, isDue }) => {
  expect(isReportDue({ everyDays, hourUtc: 6 }, lastDay, new Date(now))).toBe(isDue)
})
