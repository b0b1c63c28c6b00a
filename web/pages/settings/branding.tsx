import { useState } from 'preact/hooks'
import { answered, api, type Answer } from '../../api/client'
import { useAction, useAnswer, type Loading } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { TextField } from '../../ui/field'
import { Form } from '../../ui/form'
import { Card, Facts } from '../../ui/layout'
import { Loaded } from '../../ui/loaded'
import { Notice } from '../../ui/notice'
import { SaveBar } from '../../ui/save'
import { announce } from '../../ui/toast'
import { useDraft } from '../../ui/use-draft'
import { LogoField } from './logo'

type Settings = Answer<'readSettings'>
interface Looks {
  readonly displayName: string
  readonly logo: string
  readonly supportAddress: string
}

const looksOf = ({ branding: { displayName = '', logo = '', supportAddress = '' } }: Settings): Looks => ({
  displayName,
  logo,
  supportAddress,
})

/** Whose product the console is of, as the tenant's people see it. */
export function BrandingSection() {
  const tenant = useTenant()
  const settings = useAnswer(
    () => answered(api.GET('/api/manage/tenants/{tenant}/settings', { params: { path: pathOf(tenant) } })),
    [tenant.slug],
  )
  return (
    <Card title="Branding" lead="Whose product this is, as the tenant's people see it in the bar above.">
      <Loaded of={settings}>
        {(saved) => (tenant.isOperatorAdmin ? <BrandingForm saved={saved} settings={settings} /> : <Shown saved={saved} />)}
      </Loaded>
    </Card>
  )
}

function Shown({ saved }: { readonly saved: Settings }) {
  const looks = looksOf(saved)
  return (
    <>
      <Preview looks={looks} />
      <Facts
        of={[
          ['Name', looks.displayName === '' ? 'Rollcall' : looks.displayName],
          ['Support', looks.supportAddress === '' ? 'None' : looks.supportAddress],
        ]}
      />
      <Notice>An operator sets these.</Notice>
    </>
  )
}

function BrandingForm({ saved, settings }: { readonly saved: Settings; readonly settings: Loading<Settings> }) {
  const tenant = useTenant()
  const { value, set, isDirty } = useDraft(looksOf(saved), saved.version)
  const [wrongFile, setWrongFile] = useState<string>()
  const save = useAction(async () => {
    const given = Object.entries(value).map(([name, text]) => [name, (text as string).trim()] as const)
    const branding = Object.fromEntries(given.filter(([, text]) => text !== '')) as Partial<Looks>
    const call = api.PUT('/api/manage/tenants/{tenant}/settings/branding', {
      params: { path: pathOf(tenant) },
      body: { version: saved.version, ...branding },
    })
    settings.put(await answered(call))
    void tenant.reload()
    announce('Branding saved')
  })
  const load = async () => {
    await settings.reload()
    save.clear()
  }
  return (
    <Form isRunning={save.isRunning} onSubmit={() => void save.run()}>
      <TextField
        label="Name"
        value={value.displayName}
        maxLength={100}
        hint="Of your product or company. Rollcall unless given."
        error={save.problem?.at('/displayName')}
        onInput={(displayName) => set({ displayName })}
      />
      <TextField
        label="Support address"
        value={value.supportAddress}
        maxLength={254}
        hint="An e-mail address, or a URL that begins with https://. Shown below the navigation."
        error={save.problem?.at('/supportAddress')}
        onInput={(supportAddress) => set({ supportAddress })}
      />
      <LogoField
        logo={value.logo}
        error={wrongFile ?? save.problem?.at('/logo')}
        onChoose={(logo) => {
          setWrongFile(undefined)
          set({ logo })
        }}
        onRefuse={setWrongFile}
      />
      <Preview looks={value} />
      <SaveBar action={save} isDirty={isDirty} onLoad={() => void load()} />
    </Form>
  )
}

function Preview({ looks: { displayName, logo, supportAddress } }: { readonly looks: Looks }) {
  const { name } = useTenant()
  return (
    <figure class="preview">
      <figcaption>Preview</figcaption>
      <div class="top-brand">
        {logo !== '' && <img class="top-logo" src={logo} alt="Logo" />}
        <span class="preview-product">{displayName === '' ? 'Rollcall' : displayName}</span>
        <span class="top-tenant">{name}</span>
      </div>
      {supportAddress !== '' && (
        <p class="field-hint">Questions? {/^https:/i.test(supportAddress) ? 'Help and support' : supportAddress}</p>
      )}
    </figure>
  )
}
