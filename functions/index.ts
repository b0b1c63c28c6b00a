import { app } from '@azure/functions'
import { httpStreamEnabled } from '../shared/config'
import { endServices, localSetupLink } from '../shared/handlers'
import { routes } from './routes'

// The app's entry. It reads no other setting: a file that throws while it loads leaves the host without any function.
if (httpStreamEnabled()) app.setup({ enableHttpStream: true })

for (const { name, route, methods, handler, extraOutputs = [] } of routes.http) {
  app.http(name, { route, methods: [...methods], authLevel: 'anonymous', handler, extraOutputs: [...extraOutputs] })
}
for (const { name, schedule, handler } of routes.timers) app.timer(name, { schedule, handler })
for (const { name, queueName, connection, handler } of routes.queues) app.storageQueue(name, { queueName, connection, handler })

/** For the local host, which serves the table of the very bundle that goes to Azure. */
export { endServices, localSetupLink, routes }
