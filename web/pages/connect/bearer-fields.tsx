import { useState } from 'preact/hooks'
import { answered, api, type Answer, type Item } from '../../api/client'
import { useAction } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { Button } from '../../ui/button'
import { CopyField } from '../../ui/copy-field'
import { Notice, ProblemNotice } from '../../ui/notice'
import { Time } from '../../ui/time'

type Made = Answer<'createToken'>

/** A Secret Token is shown while the page is open, and never again. */
export function BearerFields({
  tokens,
  onChange,
}: {
  readonly tokens: readonly Item<'listTokens'>[]
  readonly onChange: () => void
}) {
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
    <>
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
    </>
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
