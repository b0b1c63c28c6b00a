import { startFaultProxy, type FaultProxy } from './fault-proxy'
import type { TestService } from './service'

/** Starts a service whose tables misbehave as the proxy is told; closing the service closes both. */
export async function startBehindProxy<S extends TestService>(
  start: (settings: Readonly<Record<string, string>>) => Promise<S>,
): Promise<{ readonly proxy: FaultProxy; readonly service: S }> {
  const proxy = await startFaultProxy(process.env['TEST_TABLES_CONNECTION_STRING'] ?? '')
  const service = await start({ TABLES_CONNECTION_STRING: proxy.connectionString })
  const close = async () => {
    await service.close()
    await proxy.close()
  }
  return { proxy, service: { ...service, close } }
}
