import { answered, api } from '../../api/client'
import { addressOf } from '../../shell/router'
import { pathOf, useTenant, type TenantPage } from '../../shell/tenant'
import { PageLink } from '../../ui/button'
import { Steps } from '../../ui/steps'

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

interface SetupStep {
  readonly title: string
  readonly text: string
  readonly isDone: boolean
  readonly to?: { readonly page: string; readonly words: string }
}

/** Leads through the set-up in its order; gone once all of it is done. Who may change nothing sees how far it is. */
export function SetupSteps({ progress }: { readonly progress: Progress }) {
  const { slug, isAdmin } = useTenant()
  const steps = stepsOf(progress)
  const next = steps.find(({ isDone }) => !isDone)
  if (next === undefined) return null
  const shown = steps.map(({ title, text, isDone, to }) => ({
    title,
    isDone,
    children: isAdmin && title === next.title && (
      <>
        <p>{text}</p>
        {to !== undefined && (
          <PageLink kind="primary" to={addressOf(slug, to.page)}>
            {to.words}
          </PageLink>
        )}
      </>
    ),
  }))
  return (
    <section class="card" aria-label="Set-up">
      <Steps steps={shown} heading="h2" />
    </section>
  )
}

const stepsOf = ({ hasWayIn, isConnected, hasPeople, hasRules }: Progress): SetupStep[] => [
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
