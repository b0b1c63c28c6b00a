import { answered, api } from '../../api/client'
import { addressOf } from '../../shell/router'
import { pathOf, useTenant, type TenantPage } from '../../shell/tenant'
import { PageLink } from '../../ui/button'
import { Icon } from '../../ui/icons'

/** How far the set-up has come, beside what the page knows of tokens and connection. */
export interface Progress {
  readonly hasWayIn: boolean
  readonly isConnected: boolean
  readonly hasPeople: boolean
  readonly hasRules: boolean
}

/** @throws Problem as answered */
export async function readProgress(tenant: TenantPage): Promise<Pick<Progress, 'hasPeople' | 'hasRules'>> {
  const path = pathOf(tenant)
  const [people, roles] = await Promise.all([
    answered(api.GET('/api/manage/tenants/{tenant}/people', { params: { path, query: { limit: 1 } } })),
    answered(api.GET('/api/manage/tenants/{tenant}/roles', { params: { path } })),
  ])
  return { hasPeople: people.items.length > 0, hasRules: roles.rules.length > 0 }
}

interface Step {
  readonly title: string
  readonly text: string
  readonly isDone: boolean
  readonly to?: { readonly page: string; readonly words: string }
}

/** Leads through the set-up in its order; gone once all of it is done. Who may change nothing sees how far it is. */
export function SetupSteps({ progress }: { readonly progress: Progress }) {
  const { slug, isAdmin } = useTenant()
  const steps = stepsOf(progress)
  const next = steps.findIndex(({ isDone }) => !isDone)
  if (next < 0) return null
  return (
    <section class="card steps" aria-label="Set-up">
      <ol>
        {steps.map(({ title, text, isDone, to }, index) => (
          <li key={title} class={isDone ? 'step-done' : undefined} aria-current={index === next ? 'step' : undefined}>
            <span class="step-mark">{isDone ? <Icon name="check" size={16} /> : index + 1}</span>
            <div>
              <h2>
                {title}
                {isDone && <span class="visually-hidden"> (done)</span>}
              </h2>
              {isAdmin && index === next && <p>{text}</p>}
              {isAdmin && index === next && to !== undefined && (
                <PageLink kind="primary" to={addressOf(slug, to.page)}>
                  {to.words}
                </PageLink>
              )}
            </div>
          </li>
        ))}
      </ol>
    </section>
  )
}

const stepsOf = ({ hasWayIn, isConnected, hasPeople, hasRules }: Progress): Step[] => [
  { title: 'Generate a token', text: 'Entra ID signs in with it; or choose another method below.', isDone: hasWayIn },
  {
    title: 'Test Connection',
    text: 'Enter what stands below in Entra ID and press Test Connection.',
    isDone: isConnected,
  },
  {
    title: 'Provision',
    text: 'Check the mappings below, assign people and groups to the application, and start provisioning.',
    isDone: hasPeople,
  },
  {
    title: 'Give roles',
    text: 'Say which group gets which access role. Until then everybody has the default role.',
    isDone: hasRules,
    to: { page: 'roles', words: 'Set up roles' },
  },
]
