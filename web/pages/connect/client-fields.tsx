import { useState } from 'preact/hooks'
import { answered, api, type Answer } from '../../api/client'
import { useAction } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { Button } from '../../ui/button'
import { CopyField } from '../../ui/copy-field'
import { Notice, ProblemNotice } from '../../ui/notice'
import { Time } from '../../ui/time'

type SignIn = Answer<'readSignIn'>

/** The fields of Entra's "OAuth2 client credentials grant", in its order. A secret is shown while the page is open, and never again. */
export function ClientFields({ signIn, onChange }: { readonly signIn: SignIn; readonly onChange: () => void }) {
  const tenant = useTenant()
  const [made, setMade] = useState<Answer<'createClientSecret'>>()
  const [latest] = signIn.secrets.filter(({ state }) => state === 'live')
  const make = useAction(async () => {
    const label = latest === undefined ? 'Entra ID' : `Entra ID ${new Date().toISOString().slice(0, 10)}`
    const params = { path: pathOf(tenant) }
    setMade(await answered(api.POST('/api/manage/tenants/{tenant}/sign-in/secrets', { params, body: { label } })))
    onChange()
  })
  return (
    <>
      <CopyField label="Tenant URL" value={signIn.tenantUrl} />
      <CopyField label="Token endpoint" value={signIn.tokenEndpoint} />
      <CopyField label="Client identifier" value={signIn.clientId} />
      {made === undefined ? (
        <div class="field">
          <span class="field-name">Client Secret</span>
          {latest === undefined ? (
            <Notice>There is no client secret yet. Entra ID gets its access tokens with one.</Notice>
          ) : (
            <p>
              The newest one ends in <code>{latest.lastFour}</code>. A client secret is shown only when it is made.
            </p>
          )}
          {tenant.isAdmin && (
            <div>
              <Button
                kind={latest === undefined ? 'primary' : 'secondary'}
                icon="add"
                busy={make.isRunning}
                onClick={() => void make.run()}
              >
                {latest === undefined ? 'Generate client secret' : 'Generate another client secret'}
              </Button>
            </div>
          )}
        </div>
      ) : (
        <>
          <CopyField
            label="Client Secret"
            value={made.value}
            hint="Shown this once. Paste it into Entra ID now; if it gets lost, generate another one."
          />
          <p class="field-hint">
            It ends on <Time at={made.expires} style="day" />. Rollcall warns from 30 days before.
          </p>
        </>
      )}
      <ProblemNotice problem={make.problem} />
    </>
  )
}
