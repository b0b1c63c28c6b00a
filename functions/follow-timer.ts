import { handlers } from '../shared/handlers'
import type { TimerRoute } from './route'

/** Each minute: the backstop for feeds whose wake message was lost. */
export const followTimer: TimerRoute = { name: 'follow-timer', schedule: '0 * * * * *', handler: handlers.followTimer }
