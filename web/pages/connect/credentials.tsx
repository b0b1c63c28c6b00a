import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { Answer, Item } from '../../api/client'
import { Select } from '../../ui/field'
import { Card } from '../../ui/layout'
import { BearerFields } from './bearer-fields'
import { BearerSwitch } from './bearer-switch'
import { ClientFields } from './client-fields'
import { FederationFields } from './federation-fields'

type SignIn = Answer<'readSignIn'>

const METHODS = [
  { value: 'bearer', text: 'Bearer authentication (Secret Token)' },
  { value: 'client', text: 'OAuth2 client credentials grant' },
  { value: 'federation', text: 'Workload identity federation' },
] as const
type Method = (typeof METHODS)[number]['value']

/** What the tenant has already; a Secret Token is what one begins with. */
function methodOf({ bearer, secrets, trusts }: SignIn): Method {
  const newest = (of: readonly { readonly lastUsed?: string }[]) =>
    of
      .map(({ lastUsed }) => lastUsed ?? '')
      .sort()
      .at(-1) ?? ''
  const [bySecret, byTrust] = [newest(secrets), newest(trusts)]
  if (bearer.enabled && (bearer.lastUsed ?? '') >= bySecret && (bearer.lastUsed ?? '') >= byTrust) return 'bearer'
  return byTrust > bySecret || secrets.length === 0 ? 'federation' : 'client'
}

/** The fields of Entra's Admin Credentials, in its order and words: the method first. */
export function Credentials(given: {
  readonly tokens: readonly Item<'listTokens'>[]
  readonly signIn: SignIn
  readonly onTokens: () => void
  readonly onSignIn: () => void
  readonly children: ComponentChildren
}) {
  const { tokens, signIn, onTokens, onSignIn, children } = given
  const [chosen, setChosen] = useState<Method>()
  const method = chosen ?? methodOf(signIn)
  return (
    <Card
      title="Admin Credentials"
      lead="In Entra ID: Provisioning → New configuration, or Provisioning Mode Automatic → Admin Credentials."
    >
      <div class="form">
        <Select
          label="Select authentication method"
          value={method}
          options={METHODS}
          onChange={(value) => setChosen(METHODS.find((one) => one.value === value)?.value)}
        />
        {method === 'bearer' && <BearerFields tokens={tokens} onChange={onTokens} />}
        {method === 'client' && <ClientFields signIn={signIn} onChange={onSignIn} />}
        {method === 'federation' && <FederationFields signIn={signIn} onChange={onSignIn} />}
      </div>
      {children}
      <BearerSwitch signIn={signIn} chosen={method} onChange={onSignIn} />
    </Card>
  )
}
