import { useState } from 'preact/hooks'
import { answered, api, type Answer, type Item } from '../../api/client'
import { useAction } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { CopyField } from '../../ui/copy-field'
import { SecretField } from './secret-field'

/** The fields of Entra's bearer authentication. */
export function BearerFields({
  tokens,
  onChange,
}: {
  readonly tokens: readonly Item<'listTokens'>[]
  readonly onChange: () => void
}) {
  const tenant = useTenant()
  const [made, setMade] = useState<Answer<'createToken'>>()
  const [latest] = tokens.filter(({ state }) => state === 'live')
  const make = useAction(async () => {
    const label = latest === undefined ? 'Entra ID' : `Entra ID ${new Date().toISOString().slice(0, 10)}`
    const call = api.POST('/api/manage/tenants/{tenant}/tokens', { params: { path: pathOf(tenant) }, body: { label } })
    setMade(await answered(call))
    onChange()
  })
  return (
    <>
      <CopyField label="Tenant URL" value={tenant.tenantUrl} />
      <SecretField
        label="Secret Token"
        word="token"
        none="There is no token yet. Entra ID signs in with one."
        present={latest && <Present token={latest} />}
        made={made}
        isAdmin={tenant.isAdmin}
        make={make}
      />
    </>
  )
}

function Present({ token: { lastFour, label, id } }: { readonly token: Item<'listTokens'> }) {
  if (lastFour === undefined) return <>There is one already: {label ?? id}.</>
  return (
    <>
      The newest one ends in <code>{lastFour}</code>.
    </>
  )
}
