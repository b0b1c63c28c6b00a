import { useEffect, useState } from 'preact/hooks'
import { answered, api } from '../../api/client'
import { useAnswer } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { Page } from '../../ui/layout'
import { Loaded } from '../../ui/loaded'
import { ConnectionState } from './connection-state'
import { Credentials } from './credentials'
import { Mappings } from './mappings'
import { readProgress, SetupSteps } from './setup-steps'
import { Tokens } from './tokens'

/** How often the page looks whether Entra ID has come; less often once it has. */
const LOOK_EVERY_MS = 3000
const LOOK_AGAIN_EVERY_MS = 15_000

/** What goes into Entra ID, and whether it has arrived there. */
export function ConnectPage() {
  const tenant = useTenant()
  const params = { path: pathOf(tenant) }
  const [isConnected, setConnected] = useState(false)
  const everyMs = isConnected ? LOOK_AGAIN_EVERY_MS : LOOK_EVERY_MS
  const connection = useAnswer(
    () => answered(api.GET('/api/manage/tenants/{tenant}/connection', { params })),
    [tenant.slug],
    everyMs,
  )
  useEffect(() => setConnected(connection.data?.lastProbe !== undefined), [connection.data])
  const tokens = useAnswer(() => answered(api.GET('/api/manage/tenants/{tenant}/tokens', { params })), [tenant.slug])
  const progress = useAnswer(() => readProgress(tenant), [tenant.slug])
  useEffect(() => {
    if (isConnected) void progress.reload() // people may have come since
  }, [isConnected])
  return (
    <Page
      title="Connect"
      lead="Configure SCIM: what you enter on the Provisioning page of your enterprise application in the Entra admin center."
    >
      <Loaded of={progress} rows={2}>
        {(done) => (
          <SetupSteps
            progress={{ ...done, hasToken: (tokens.data?.items ?? []).some(({ state }) => state === 'live'), isConnected }}
          />
        )}
      </Loaded>
      <Loaded of={tokens} rows={5}>
        {({ items }) => (
          <>
            <Credentials tokens={items} onChange={() => void tokens.reload()}>
              <Loaded of={connection} rows={1}>
                {(seen) => (
                  <ConnectionState everyMs={everyMs} connection={seen} hasToken={items.some(({ state }) => state === 'live')} />
                )}
              </Loaded>
            </Credentials>
            {items.length > 0 && <Tokens tokens={items} onChange={() => void tokens.reload()} />}
          </>
        )}
      </Loaded>
      <Mappings />
    </Page>
  )
}
