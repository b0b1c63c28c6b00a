import { handlers } from '../shared/app/handlers'
import type { TimerRoute } from './route'

/** Each minute: for what an instance left that ended before it had followed its own writes, and for what is due by the clock. */
export const followTimer: TimerRoute = { name: 'follow-timer', schedule: '0 * * * * *', handler: handlers.followTimer }
