import { useState } from 'preact/hooks'
import { answered, api, type Answer } from '../../api/client'
import { useAction } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { Button } from '../../ui/button'
import { Notice, ProblemNotice } from '../../ui/notice'
import { Time } from '../../ui/time'
import { announce } from '../../ui/toast'
import { EndDialog } from './end-dialog'
import { moveOf, MoveSteps } from './move-steps'

interface Given {
  readonly signIn: Answer<'readSignIn'>
  readonly onChange: () => void
}

/** The way from Secret Tokens to OAuth, and back; nothing while only Secret Tokens are there and no other method is chosen. */
export function BearerSwitch({ signIn, chosen, onChange }: Given & { readonly chosen: 'bearer' | 'client' | 'federation' }) {
  const { isAdmin } = useTenant()
  const [isEnding, setEnding] = useState(false)
  const move = moveOf(signIn)
  if (!signIn.bearer.enabled) return <SwitchedOff signIn={signIn} onChange={onChange} />
  if (!move.hasWay && chosen === 'bearer') return null
  const other = signIn.secrets.length > 0 ? 'client' : 'federation'
  return (
    <>
      <MoveSteps kind={chosen === 'bearer' ? other : chosen} move={move}>
        {isAdmin && move.used !== undefined && (
          <Button kind={move.isMoved && move.isQuiet ? 'primary' : 'secondary'} onClick={() => setEnding(true)}>
            Switch Secret Tokens off
          </Button>
        )}
      </MoveSteps>
      {isEnding && <SwitchOff onClose={() => setEnding(false)} onChange={onChange} />}
    </>
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
