import type { Answer } from '../../api/client'
import { addressOf } from '../../shell/router'
import { useTenant } from '../../shell/tenant'
import { PageLink } from '../../ui/button'
import { Icon, type IconName } from '../../ui/icons'
import { Badge, type Tone } from '../../ui/layout'
import { Notice } from '../../ui/notice'
import { Time } from '../../ui/time'

export type HealthFacts = Answer<'readHealth'>

interface Look {
  readonly title: string
  readonly tone: Tone
  readonly icon: IconName
}

const LOOKS: Readonly<Record<HealthFacts['state'], Look>> = {
  'never connected': { title: 'Never connected', tone: 'neutral', icon: 'connect' },
  ok: { title: 'Working', tone: 'success', icon: 'check' },
  late: { title: 'Late', tone: 'warning', icon: 'history' },
  silent: { title: 'Silent', tone: 'danger', icon: 'alert' },
  failing: { title: 'Failing', tone: 'danger', icon: 'alert' },
}

/** The same word and colour in the list of all tenants. */
export function HealthBadge({ state }: Pick<HealthFacts, 'state'>) {
  const { title, tone } = LOOKS[state]
  return <Badge tone={tone}>{title}</Badge>
}

/** The state as a word, with its reason and what to do. */
export function HealthState({ health }: { readonly health: HealthFacts }) {
  const { state, reason, since, likelyQuarantine } = health
  const { title, tone, icon } = LOOKS[state]
  return (
    <section class="card" aria-label="State">
      <div class="health-state">
        <span class={`health-mark health-${tone}`}>
          <Icon name={icon} size={26} />
        </span>
        <div class="stack">
          <div>
            <h2>{title}</h2>
            {since !== undefined && (
              <span class="muted">
                Since <Time at={since} style="short" />
              </span>
            )}
          </div>
          <p>{reason}</p>
          <NextStep state={state} />
        </div>
      </div>
      {likelyQuarantine && (
        <Notice kind="warning" title="Entra ID has probably put its job in quarantine">
          It comes about once a day then, and after 28 days not at all. Put the cause right first. Then in the Entra admin center:
          Enterprise applications → your application → Provisioning → Restart provisioning. The Overview of Provisioning there
          says whether the job is in quarantine; Rollcall can only guess.
        </Notice>
      )}
    </section>
  )
}

function NextStep({ state }: Pick<HealthFacts, 'state'>) {
  const { slug } = useTenant()
  if (state === 'ok') return null
  const [page, words] = state === 'failing' ? ['activity?refused=true', 'See refused requests'] : ['connect', 'Go to Connect']
  return (
    <div>
      <PageLink kind={state === 'never connected' ? 'primary' : 'secondary'} to={addressOf(slug, page)}>
        {words}
      </PageLink>
    </div>
  )
}
