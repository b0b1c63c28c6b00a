import { handlers } from '../shared/handlers'
import { followQueueOptions } from './route'
import type { QueueRoute } from './route'

/** Wakes the readers of one tenant's feed; the message is { tenant }. */
export const followQueue: QueueRoute = { name: 'follow-queue', ...followQueueOptions, handler: handlers.followQueue }
