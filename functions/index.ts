import { app } from '@azure/functions'
import { httpStreamEnabled } from '../shared/config'
import { endServices, localSetupLink } from '../shared/app/handlers'
import { routes } from './routes'

// The app's entry. It reads no other setting: a file that throws while it loads leaves the host without any function.
if (httpStreamEnabled()) app.setup({ enableHttpStream: true })

for (const { name, route, methods, handler } of routes.http) {
  app.http(name, { route, methods: [...methods], authLevel: 'anonymous', handler })
}
for (const { name, schedule, handler } of routes.timers) app.timer(name, { schedule, handler })
// The host ends a process without calling anything else: what is only remembered would be lost.
app.hook.appTerminate(() => endServices())

/** For the local host, which serves the table of the very bundle that goes to Azure. */
export { endServices, localSetupLink, routes }
