import { useState } from 'preact/hooks'
import { answered, api, type Answer } from '../../api/client'
import { useAction } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { CopyField } from '../../ui/copy-field'
import { SecretField } from './secret-field'

/** The fields of Entra's "OAuth2 client credentials grant", in its order. */
export function ClientFields({ signIn, onChange }: { readonly signIn: Answer<'readSignIn'>; readonly onChange: () => void }) {
  const tenant = useTenant()
  const [made, setMade] = useState<Answer<'createClientSecret'>>()
  const [latest] = signIn.secrets.filter(({ state }) => state === 'live')
  const make = useAction(async () => {
    const label = latest === undefined ? 'Entra ID' : `Entra ID ${new Date().toISOString().slice(0, 10)}`
    const params = { path: pathOf(tenant) }
    setMade(await answered(api.POST('/api/manage/tenants/{tenant}/sign-in/secrets', { params, body: { label } })))
    onChange()
  })
  const present = latest && (
    <>
      The newest one ends in <code>{latest.lastFour}</code>.
    </>
  )
  return (
    <>
      <CopyField label="Tenant URL" value={signIn.tenantUrl} />
      <CopyField label="Token endpoint" value={signIn.tokenEndpoint} />
      <CopyField label="Client identifier" value={signIn.clientId} />
      <SecretField
        label="Client Secret"
        word="client secret"
        none="There is no client secret yet. Entra ID gets its access tokens with one."
        present={present}
        made={made}
        isAdmin={tenant.isAdmin}
        make={make}
      />
    </>
  )
}
