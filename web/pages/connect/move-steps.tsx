import type { ComponentChildren } from 'preact'
import type { Answer } from '../../api/client'
import { useTenant } from '../../shell/tenant'
import { Steps } from '../../ui/steps'
import { Time } from '../../ui/time'

type SignIn = Answer<'readSignIn'>

/** Entra's name of the method, and its fields in its order. */
const OAUTH = {
  client: {
    method: 'OAuth2 client credentials grant',
    fields: 'Tenant URL, Token endpoint, Client identifier and Client Secret',
    title: 'Generate a client secret',
    text: 'With the button above.',
  },
  federation: {
    method: 'Workload identity federation',
    fields: 'Tenant URL, Token endpoint and Client identifier',
    title: 'Trust the identity of Entra ID',
    text: 'With the button above: Issuer, Subject and Audience stand in Entra ID.',
  },
} as const

/** A Secret Token that is unused for so long belongs to nobody who comes each cycle, or each night. */
const QUIET_MS = 24 * 3_600_000

/** How far the move from Secret Tokens to OAuth has come. */
interface Move {
  readonly hasWay: boolean
  /** When Entra ID last signed in by OAuth. */
  readonly used: string | undefined
  readonly bearerUsed: string | undefined
  /** Nothing came by a Secret Token since. */
  readonly isMoved: boolean
  /** Nothing came by a Secret Token for a day. */
  readonly isQuiet: boolean
}

export function moveOf({ secrets, trusts, bearer }: SignIn): Move {
  const ways = [...secrets.filter(({ state }) => state === 'live'), ...trusts]
  const times = ways.flatMap(({ lastUsed }) => lastUsed ?? [])
  const used = times.toSorted().at(-1)
  const bearerUsed = bearer.lastUsed
  return {
    hasWay: ways.length > 0,
    used,
    bearerUsed,
    isMoved: used !== undefined && (bearerUsed === undefined || bearerUsed < used),
    isQuiet: bearerUsed === undefined || Date.now() - Date.parse(bearerUsed) > QUIET_MS,
  }
}

/** Leads a tenant from Secret Tokens to OAuth without a refused request, each step ticked by what was seen. The last one has the children. */
export function MoveSteps({
  kind,
  move,
  children,
}: {
  readonly kind: keyof typeof OAUTH
  readonly move: Move
  readonly children: ComponentChildren
}) {
  const { isAdmin } = useTenant()
  const { hasWay, used, isMoved } = move
  const { method, fields, title, text } = OAUTH[kind]
  return (
    <section class="stack" aria-labelledby="move-to-oauth">
      <h3 id="move-to-oauth">From Secret Tokens to OAuth</h3>
      <Steps
        heading="h4"
        steps={[
          { title, isDone: hasWay, children: isAdmin && !hasWay && <p>{text} Secret Tokens go on to work.</p> },
          {
            title: 'Enter it in Entra ID',
            isDone: used !== undefined,
            children: isAdmin && used === undefined && (
              <p>
                Provisioning → Select authentication method: <strong>{method}</strong>. Then {fields}, as they stand above.
              </p>
            ),
          },
          { title: 'Test Connection, and wait for a cycle', isDone: isMoved, children: <Seen move={move} /> },
          { title: 'Switch Secret Tokens off', isDone: false, children: <Last move={move}>{children}</Last> },
        ]}
      />
    </section>
  )
}

function Seen({ move: { used, isMoved } }: { readonly move: Move }) {
  if (used === undefined) return <p>Not seen yet.</p>
  return (
    <p>
      Last signed in by OAuth <Time at={used} />.{!isMoved && ' A Secret Token was used after that.'}
    </p>
  )
}

function Last({
  move: { bearerUsed, isMoved, isQuiet },
  children,
}: {
  readonly move: Move
  readonly children: ComponentChildren
}) {
  return (
    <>
      <p>
        {bearerUsed === undefined ? (
          'None was ever used.'
        ) : (
          <>
            One was last used <Time at={bearerUsed} />.
          </>
        )}
      </p>
      {isMoved && !isQuiet && <p>Better wait a day: whoever was forgotten shows then.</p>}
      {children}
    </>
  )
}
