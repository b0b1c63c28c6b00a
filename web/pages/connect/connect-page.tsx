import { useEffect, useState } from 'preact/hooks'
import { answered, api, type Answer } from '../../api/client'
import { useAnswer, type Loading } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { Page } from '../../ui/layout'
import { Loaded } from '../../ui/loaded'
import { ClientSecrets } from './client-secrets'
import { ConnectionState } from './connection-state'
import { Credentials } from './credentials'
import { Mappings } from './mappings'
import { readProgress, SetupSteps } from './setup-steps'
import { Tokens } from './tokens'
import { Trusts } from './trusts'

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
  const signIn = useSignIn()
  const hasWayIn =
    (signIn.data?.bearer.enabled !== false && (tokens.data?.items ?? []).some(({ state }) => state === 'live')) ||
    (signIn.data?.secrets ?? []).some(({ state }) => state === 'live') ||
    (signIn.data?.trusts ?? []).length > 0
  const progress = useAnswer(() => readProgress(tenant), [tenant.slug])
  useEffect(() => {
    if (!isConnected) return
    void progress.reload() // people may have come since
    void signIn.reload()
  }, [isConnected])
  return (
    <Page
      title="Connect"
      lead="Configure SCIM: what you enter on the Provisioning page of your enterprise application in the Entra admin center."
    >
      <Loaded of={progress} rows={2}>
        {(done) => <SetupSteps progress={{ ...done, hasWayIn, isConnected }} />}
      </Loaded>
      <Loaded of={tokens} rows={5}>
        {({ items }) => (
          <Loaded of={signIn} rows={5}>
            {(ways) => (
              <>
                <Credentials
                  tokens={items}
                  signIn={ways}
                  onTokens={() => void tokens.reload()}
                  onSignIn={() => void signIn.reload()}
                >
                  <Loaded of={connection} rows={1}>
                    {(seen) => <ConnectionState everyMs={everyMs} connection={seen} hasWayIn={hasWayIn} />}
                  </Loaded>
                </Credentials>
                {items.length > 0 && <Tokens tokens={items} onChange={() => void tokens.reload()} />}
                <ClientSecrets signIn={ways} onChange={() => void signIn.reload()} />
                <Trusts signIn={ways} onChange={() => void signIn.reload()} />
              </>
            )}
          </Loaded>
        )}
      </Loaded>
      <Mappings />
    </Page>
  )
}

/**
 * By what the directory signs in; asked again while identities are trusted, since the next assertion may be refused, and while the tenant
 * moves from Secret Tokens to client secrets, since what was used last decides.
 */
function useSignIn(): Loading<Answer<'readSignIn'>> {
  const tenant = useTenant()
  const [isWatched, setWatched] = useState(false)
  const signIn = useAnswer(
    () => answered(api.GET('/api/manage/tenants/{tenant}/sign-in', { params: { path: pathOf(tenant) } })),
    [tenant.slug],
    isWatched ? LOOK_AGAIN_EVERY_MS : undefined,
  )
  useEffect(() => {
    const { bearer, secrets = [], trusts = [] } = signIn.data ?? {}
    setWatched(trusts.length > 0 || (bearer?.enabled === true && secrets.length > 0))
  }, [signIn.data])
  return signIn
}
