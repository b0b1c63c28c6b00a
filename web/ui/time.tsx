const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' })
const short = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' })
const calendarDay = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' })
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' })

/** "3 minutes ago", "in 2 hours"; beyond a day the date. */
function sayTime(at: Date, now: Date): string {
  const ms = at.getTime() - now.getTime()
  const distance = Math.abs(ms)
  if (distance < MINUTE_MS) return ms > 0 ? 'in a moment' : 'just now'
  if (distance < HOUR_MS) return relative.format(Math.round(ms / MINUTE_MS), 'minute')
  if (distance < DAY_MS) return relative.format(Math.round(ms / HOUR_MS), 'hour')
  return short.format(at)
}

/** A time of the API in the reader's own zone, exact on hover. `style` day: the date alone, for what ends some day. */
export function Time({ at, style = 'relative' }: { readonly at: string; readonly style?: 'relative' | 'short' | 'day' }) {
  const date = new Date(at)
  const text = style === 'day' ? day.format(date) : style === 'short' ? short.format(date) : sayTime(date, new Date())
  return (
    <time dateTime={at} title={exact.format(date)}>
      {text}
    </time>
  )
}

/** A day of the calendar, such as 2026-03-01, which is the same in every zone. */
export function Day({ day }: { readonly day: string }) {
  const at = new Date(`${day}T00:00:00Z`)
  return <time dateTime={day}>{Number.isNaN(at.getTime()) ? day : calendarDay.format(at)}</time>
}
