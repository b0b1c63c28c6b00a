import { useState } from 'preact/hooks'
import type { Answer } from '../../api/client'
import { useTenant } from '../../shell/tenant'
import { Button } from '../../ui/button'
import { CopyField } from '../../ui/copy-field'
import { Notice } from '../../ui/notice'
import { Time } from '../../ui/time'
import { CheckAssertionDialog } from './check-assertion-dialog'
import { Claims } from './claims'
import { TrustDialog } from './trust-dialog'

type SignIn = Answer<'readSignIn'>

/** What goes into Entra ID for workload identity federation, and what of Entra ID goes here. */
export function FederationFields({ signIn, onChange }: { readonly signIn: SignIn; readonly onChange: () => void }) {
  const { isAdmin } = useTenant()
  const [dialog, setDialog] = useState<'trust' | 'check'>()
  const { lastRefused } = signIn
  return (
    <>
      <CopyField label="Tenant URL" value={signIn.tenantUrl} />
      <CopyField label="Token endpoint" value={signIn.tokenEndpoint} />
      <CopyField label="Client identifier" value={signIn.clientId} />
      <div class="field">
        <span class="field-name">Identity of Entra ID</span>
        {signIn.trusts.length === 0 ? (
          <Notice>
            No identity is trusted yet. Entra ID shows Issuer, Subject and Audience of the one that it signs in with.
          </Notice>
        ) : (
          <p>
            {signIn.trusts.length === 1 ? 'One identity is trusted' : `${signIn.trusts.length} identities are trusted`}, listed
            below.
          </p>
        )}
        {isAdmin && (
          <div class="row">
            <Button kind={signIn.trusts.length === 0 ? 'primary' : 'secondary'} icon="add" onClick={() => setDialog('trust')}>
              Trust an identity
            </Button>
            <Button onClick={() => setDialog('check')}>Check an assertion</Button>
          </div>
        )}
      </div>
      {lastRefused !== undefined && (
        <div class="stack">
          <h3>The last refused assertion</h3>
          <p>
            It came <Time at={lastRefused.time} />. {lastRefused.reason}
          </p>
          <Claims claims={lastRefused.claims} />
        </div>
      )}
      {dialog === 'trust' && <TrustDialog onClose={() => setDialog(undefined)} onChange={onChange} />}
      {dialog === 'check' && <CheckAssertionDialog onClose={() => setDialog(undefined)} />}
    </>
  )
}
