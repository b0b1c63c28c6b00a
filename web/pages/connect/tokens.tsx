import { useState } from 'preact/hooks'
import { answered, api, type Item } from '../../api/client'
import { pathOf, useTenant } from '../../shell/tenant'
import { Button } from '../../ui/button'
import { CopyField } from '../../ui/copy-field'
import { Badge, Card } from '../../ui/layout'
import { Notice } from '../../ui/notice'
import { RotateDialog } from '../../ui/rotate-dialog'
import { Table } from '../../ui/table'
import { Time } from '../../ui/time'
import { EndDialog } from './end-dialog'

type Token = Item<'listTokens'>

const nameOf = ({ label, lastFour, id }: Token) => label ?? (lastFour === undefined ? id : `ending in ${lastFour}`)

/** Every token of the tenant: which Entra ID uses, which end, rotation and revocation. */
export function Tokens({ tokens, onChange }: { readonly tokens: readonly Token[]; readonly onChange: () => void }) {
  const { isAdmin } = useTenant()
  const [rotated, setRotated] = useState<Token>()
  const [revoked, setRevoked] = useState<Token>()
  return (
    <Card
      title="Secret tokens"
      lead="Several may be live at once, so that Entra ID can move from one to the next without a failed request."
    >
      {tokens
        .filter(({ warning }) => warning !== undefined)
        .map((token) => (
          <Notice key={token.id} kind="warning" title={nameOf(token)}>
            {token.warning}
          </Notice>
        ))}
      <Table
        caption="Secret tokens"
        rows={tokens}
        keyOf={({ id }) => id}
        columns={[
          {
            title: 'Token',
            cell: (token) => (
              <>
                {nameOf(token)}
                {token.lastFour !== undefined && <span class="cell-note">ends in {token.lastFour}</span>}
              </>
            ),
          },
          { title: 'State', cell: (token) => <TokenState token={token} /> },
          { title: 'Last used', cell: ({ lastUsed }) => (lastUsed === undefined ? 'Never' : <Time at={lastUsed} />) },
          { title: 'Made', cell: ({ created }) => created !== undefined && <Time at={created} style="day" /> },
          { title: 'Ends', cell: ({ expires }) => (expires === undefined ? 'Never' : <Time at={expires} style="day" />) },
          {
            title: 'Actions',
            isActions: true,
            cell: (token) =>
              isAdmin &&
              token.state === 'live' && (
                <span class="row">
                  <Button size="small" label={`Rotate ${nameOf(token)}`} onClick={() => setRotated(token)}>
                    Rotate
                  </Button>
                  <Button size="small" kind="danger" label={`Revoke ${nameOf(token)}`} onClick={() => setRevoked(token)}>
                    Revoke
                  </Button>
                </span>
              ),
          },
        ]}
      />
      {rotated !== undefined && <Rotate token={rotated} onClose={() => setRotated(undefined)} onChange={onChange} />}
      {revoked !== undefined && <Revoke token={revoked} onClose={() => setRevoked(undefined)} onChange={onChange} />}
    </Card>
  )
}

function TokenState({ token: { state, replacedBy, retiresAt } }: { readonly token: Token }) {
  if (state === 'live' && replacedBy !== undefined) {
    return (
      <>
        <Badge tone="warning">Being replaced</Badge>
        <span class="cell-note">
          {retiresAt === undefined ? (
            'until Entra ID uses the new one'
          ) : (
            <>
              revoked <Time at={retiresAt} />
            </>
          )}
        </span>
      </>
    )
  }
  if (state === 'live') return <Badge tone="success">Live</Badge>
  return <Badge>{state === 'notYetValid' ? 'Not valid yet' : state === 'expired' ? 'Expired' : 'Revoked'}</Badge>
}

interface About {
  readonly token: Token
  readonly onClose: () => void
  readonly onChange: () => void
}

function Rotate({ token, onClose, onChange }: About) {
  const tenant = useTenant()
  const body = { label: `Entra ID ${new Date().toISOString().slice(0, 10)}`, replaces: token.id }
  return (
    <RotateDialog
      title={`Rotate ${nameOf(token)}`}
      submit="Generate new token"
      make={() => answered(api.POST('/api/manage/tenants/{tenant}/tokens', { params: { path: pathOf(tenant) }, body }))}
      show={({ value }) => (
        <>
          <CopyField label="New Secret Token" value={value} hint="Shown this once." />
          <p>Paste it into Secret Token in Entra ID, press Test Connection and save.</p>
        </>
      )}
      onMade={onChange}
      onClose={onClose}
    >
      <p>
        Both tokens work until Entra ID uses the new one. An hour after that the old one is revoked by itself. No request fails
        meanwhile.
      </p>
    </RotateDialog>
  )
}

function Revoke({ token, onClose, onChange }: About) {
  const tenant = useTenant()
  const end = (query: { readonly confirm?: 'used' }) => {
    const params = { path: { ...pathOf(tenant), token: token.id }, query }
    return answered(api.DELETE('/api/manage/tenants/{tenant}/tokens/{token}', { params }))
  }
  return (
    <EndDialog
      title={`Revoke ${nameOf(token)}?`}
      confirm="Revoke token"
      allTheSame="Revoke it all the same"
      done="Token revoked"
      end={end}
      onClose={onClose}
      onChange={onChange}
    >
      <p>
        Requests with it are refused within 30 seconds. If Entra ID still uses it, provisioning stops until you enter another one.
      </p>
    </EndDialog>
  )
}
