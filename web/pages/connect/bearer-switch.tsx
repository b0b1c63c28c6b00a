import { useState } from 'preact/hooks'
import { answered, api, type Answer } from '../../api/client'
import { useAction } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { Button } from '../../ui/button'
import { Notice, ProblemNotice } from '../../ui/notice'
import { Time } from '../../ui/time'
import { announce } from '../../ui/toast'
import { EndDialog } from './end-dialog'

interface Given {
  readonly signIn: Answer<'readSignIn'>
  readonly onChange: () => void
}

/** The end of a move: once Entra ID signs in by OAuth, Secret Tokens are switched off. Nothing for a tenant that has nothing else. */
export function BearerSwitch({ signIn, onChange }: Given) {
  const { isAdmin } = useTenant()
  const [isEnding, setEnding] = useState(false)
  const { enabled, lastUsed } = signIn.bearer
  const live = signIn.secrets.filter(({ state }) => state === 'live')
  const used = [...live, ...signIn.trusts].some((way) => way.lastUsed !== undefined)
  if (!enabled) return <SwitchedOff signIn={signIn} onChange={onChange} />
  if (signIn.secrets.length + signIn.trusts.length === 0) return null
  const off = isAdmin && used && <Button onClick={() => setEnding(true)}>Switch Secret Tokens off</Button>
  return (
    <Notice title={used ? 'Entra ID signs in by OAuth' : 'Secret Tokens work meanwhile'} action={off}>
      {used ? 'Secret Tokens still open this tenant too. ' : 'Change the method in Entra ID and press Test Connection. '}
      {lastUsed === undefined ? (
        'None was ever used.'
      ) : (
        <>
          One was last used <Time at={lastUsed} />.
        </>
      )}
      {isEnding && <SwitchOff onClose={() => setEnding(false)} onChange={onChange} />}
    </Notice>
  )
}

function SwitchOff({ onClose, onChange }: { readonly onClose: () => void; readonly onChange: () => void }) {
  const tenant = useTenant()
  const end = (query: { readonly confirm?: 'used' }) =>
    answered(
      api.PATCH('/api/manage/tenants/{tenant}/sign-in', { params: { path: pathOf(tenant), query }, body: { bearer: false } }),
    )
  return (
    <EndDialog
      title="Switch Secret Tokens off?"
      confirm="Switch off"
      allTheSame="Switch off all the same"
      done="Secret Tokens are off"
      end={end}
      onClose={onClose}
      onChange={onChange}
    >
      <p>
        Whoever still brings one is refused and shows here among the refused requests. You can switch them on again; no token is
        revoked by this.
      </p>
    </EndDialog>
  )
}

function SwitchedOff({ signIn, onChange }: Given) {
  const tenant = useTenant()
  const on = useAction(async () => {
    const params = { path: pathOf(tenant) }
    await answered(api.PATCH('/api/manage/tenants/{tenant}/sign-in', { params, body: { bearer: true } }))
    announce('Secret Tokens are on')
    onChange()
  })
  const { lastUsed } = signIn.bearer
  return (
    <>
      <Notice
        title="Secret Tokens are switched off"
        action={
          tenant.isAdmin && (
            <Button busy={on.isRunning} onClick={() => void on.run()}>
              Switch on
            </Button>
          )
        }
      >
        Entra ID signs in by OAuth only.
        {lastUsed !== undefined && (
          <>
            {' '}
            The last Secret Token was used <Time at={lastUsed} />.
          </>
        )}
      </Notice>
      <ProblemNotice problem={on.problem} />
    </>
  )
}
