import { answered, api, type Answer } from '../../api/client'
import { useAction, useAnswer, type Loading } from '../../api/use-answer'
import { addressOf } from '../../shell/router'
import { pathOf, useTenant } from '../../shell/tenant'
import { PageLink } from '../../ui/button'
import { Checkbox } from '../../ui/field'
import { Form } from '../../ui/form'
import { Card, Facts } from '../../ui/layout'
import { Loaded } from '../../ui/loaded'
import { SaveBar } from '../../ui/save'
import { announce } from '../../ui/toast'
import { useDraft } from '../../ui/use-draft'
import { MatchingList, type Matching } from './matching'

type Settings = Answer<'readSettings'>

const LEAD = 'How Rollcall takes what Entra ID sends.'

/** Strict mode, newcomers held back, matching attributes: one save for the three. */
export function DirectorySection() {
  const tenant = useTenant()
  const settings = useAnswer(
    () => answered(api.GET('/api/manage/tenants/{tenant}/settings', { params: { path: pathOf(tenant) } })),
    [tenant.slug],
  )
  return (
    <Card title="Directory" lead={LEAD}>
      <Loaded of={settings}>
        {(saved) => (tenant.isAdmin ? <DirectoryForm saved={saved} settings={settings} /> : <DirectoryFacts saved={saved} />)}
      </Loaded>
    </Card>
  )
}

function DirectoryFacts({ saved }: { readonly saved: Settings }) {
  return (
    <>
      <Facts
        of={[
          ['Strict mode', saved.strict ? 'On' : 'Off'],
          ['Newcomers are held back', saved.staging ? 'Yes, until they are released' : 'No'],
        ]}
      />
      <Pending />
      <MatchingList rows={saved.matching} saved={saved.matching} onChange={undefined} />
    </>
  )
}

function DirectoryForm({ saved, settings }: { readonly saved: Settings; readonly settings: Loading<Settings> }) {
  const tenant = useTenant()
  const { value, set, isDirty } = useDraft(
    {
      strict: saved.strict,
      staging: saved.staging,
      matching: saved.matching.map(({ type, path }): Matching => ({ type, path })),
    },
    saved.version,
  )
  const save = useAction(async () => {
    const matching = value.matching.map(({ type, path }) => ({ type, path: path.trim() }))
    const { version, roleEndpoint } = saved
    const body = { version, roleEndpoint, strict: value.strict, staging: value.staging, matching }
    const call = api.PUT('/api/manage/tenants/{tenant}/settings', { params: { path: pathOf(tenant) }, body })
    settings.put(await answered(call))
    announce('Directory settings saved')
  })
  const load = async () => {
    await settings.reload()
    save.clear()
  }
  return (
    <Form isRunning={save.isRunning} onSubmit={() => void save.run()}>
      <Checkbox
        label="Strict mode"
        hint="Refuses requests that the RFCs do not allow, and learns no attributes from them. Entra ID works with it off; leave it off unless a test asks for it."
        checked={value.strict}
        onChange={(strict) => set({ strict })}
      />
      <Checkbox
        label="Hold newcomers back"
        hint="People who are provisioned from now on are Pending and get no role until somebody releases them. Entra ID notices nothing. Switching it off releases nobody."
        checked={value.staging}
        onChange={(staging) => set({ staging })}
      />
      <Pending />
      <MatchingList
        rows={value.matching}
        saved={saved.matching}
        problem={save.problem}
        onChange={(matching) => {
          save.clear()
          set({ matching })
        }}
      />
      <SaveBar action={save} isDirty={isDirty} onLoad={() => void load()} />
    </Form>
  )
}

/** How many are held back now, and where they are released. */
function Pending() {
  const tenant = useTenant()
  const pending = useAnswer(
    () => answered(api.GET('/api/manage/tenants/{tenant}/people/releases', { params: { path: pathOf(tenant) } })),
    [tenant.slug],
  )
  return (
    <Loaded of={pending} rows={1}>
      {({ waiting }) => (
        <p class="field-hint">
          {waiting === 0
            ? 'Nobody is Pending now.'
            : `${waiting} ${waiting === 1 ? 'person is' : 'people are'} Pending and stay so until released. `}
          {waiting > 0 && <PageLink to={`${addressOf(tenant.slug, 'people')}?status=pending`}>Show who is Pending</PageLink>}
        </p>
      )}
    </Loaded>
  )
}
