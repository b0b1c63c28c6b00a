import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { answered, api, type Answer, type Item } from '../../api/client'
import { useAction } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { Button } from '../../ui/button'
import { CopyField } from '../../ui/copy-field'
import { Card } from '../../ui/layout'
import { Notice, ProblemNotice } from '../../ui/notice'
import { Time } from '../../ui/time'

type Made = Answer<'createToken'>

/** The fields of Entra's Admin Credentials, in its order and words. A token is shown while the page is open, and never again. */
export function Credentials(given: {
  readonly tokens: readonly Item<'listTokens'>[]
  readonly onChange: () => void
  readonly children: ComponentChildren
}) {
  const { tokens, onChange, children } = given
  const tenant = useTenant()
  const [made, setMade] = useState<Made>()
  const live = tokens.filter(({ state }) => state === 'live')
  const make = useAction(async () => {
    const label = live.length === 0 ? 'Entra ID' : `Entra ID ${new Date().toISOString().slice(0, 10)}`
    const call = api.POST('/api/manage/tenants/{tenant}/tokens', { params: { path: pathOf(tenant) }, body: { label } })
    setMade(await answered(call))
    onChange()
  })
  return (
    <Card title="Admin Credentials" lead="In Entra ID: Provisioning → Provisioning Mode Automatic → Admin Credentials.">
      <div class="form">
        <CopyField label="Tenant URL" value={tenant.tenantUrl} />
        {made === undefined ? (
          <SecretToken live={live} isAdmin={tenant.isAdmin} make={make} />
        ) : (
          <>
            <CopyField
              label="Secret Token"
              value={made.value}
              hint="Shown this once. Paste it into Entra ID now; if it gets lost, generate another one."
            />
            {made.expires !== undefined && (
              <p class="field-hint">
                It ends on <Time at={made.expires} style="day" />. Rollcall warns from 30 days before.
              </p>
            )}
          </>
        )}
        <ProblemNotice problem={make.problem} />
      </div>
      {children}
    </Card>
  )
}

function SecretToken(given: {
  readonly live: readonly Item<'listTokens'>[]
  readonly isAdmin: boolean
  readonly make: { readonly run: () => Promise<boolean>; readonly isRunning: boolean }
}) {
  const { live, isAdmin, make } = given
  const [latest] = live
  return (
    <div class="field">
      <span class="field-name">Secret Token</span>
      {latest === undefined ? (
        <Notice>There is no token yet. Entra ID signs in with one.</Notice>
      ) : (
        <p>
          {latest.lastFour === undefined ? (
            <>There is one already: {latest.label ?? latest.id}.</>
          ) : (
            <>
              The newest one ends in <code>{latest.lastFour}</code>.
            </>
          )}{' '}
          A token is shown only when it is made.
        </p>
      )}
      {isAdmin && (
        <div>
          <Button
            kind={latest === undefined ? 'primary' : 'secondary'}
            icon="add"
            busy={make.isRunning}
            onClick={() => void make.run()}
          >
            {latest === undefined ? 'Generate token' : 'Generate another token'}
          </Button>
        </div>
      )}
    </div>
  )
}
