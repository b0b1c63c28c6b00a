import { useState } from 'preact/hooks'
import { answered, api } from '../../api/client'
import { useAction } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { TextField } from '../../ui/field'
import { FormDialog } from '../../ui/form'
import { ProblemNotice } from '../../ui/notice'
import { announce } from '../../ui/toast'

const APPLICATION = /^(?:api:\/\/)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

/** An application id comes in two spellings, whichever of them Entra ID shows. */
function audiencesOf(text: string): string[] {
  const audience = text.trim()
  const id = APPLICATION.exec(audience)?.[1]
  return id === undefined ? [audience] : [`api://${id}`, id]
}

/** Issuer, subject and audience as Entra ID shows them. The address of its keys, the fourth value there, follows from the issuer. */
export function TrustDialog({ onClose, onChange }: { readonly onClose: () => void; readonly onChange: () => void }) {
  const tenant = useTenant()
  const [given, setGiven] = useState({ label: 'Entra ID', issuer: '', subject: '', audience: '' })
  const set = (name: keyof typeof given) => (value: string) => setGiven((held) => ({ ...held, [name]: value }))
  const trust = useAction(async () => {
    const { audience, ...rest } = given
    const params = { path: pathOf(tenant) }
    const body = { ...rest, audiences: audiencesOf(audience) }
    await answered(api.POST('/api/manage/tenants/{tenant}/sign-in/trusts', { params, body }))
    announce('Identity trusted')
    onChange()
    onClose()
  })
  const field = (name: keyof typeof given) => ({ value: given[name], onInput: set(name), error: trust.problem?.at(`/${name}`) })
  return (
    <FormDialog
      title="Trust an identity"
      submit="Trust identity"
      isRunning={trust.isRunning}
      onSubmit={() => void trust.run()}
      onClose={onClose}
      wide
    >
      <p>Copy them from Entra ID. The key set that it shows beside them is not needed: it follows from the issuer.</p>
      <TextField label="Issuer" hint="https://login.microsoftonline.com/<tenant id>/v2.0" {...field('issuer')} />
      <TextField label="Subject" hint="An object id" {...field('subject')} />
      <TextField
        label="Audience"
        {...field('audience')}
        hint="An application id is accepted with and without api:// before it, since Entra ID shows one and sends the other."
        error={trust.problem?.at('/audiences/0') ?? trust.problem?.at('/audiences')}
      />
      <TextField label="Name" hint="For whoever looks at this list later" maxLength={100} {...field('label')} />
      <ProblemNotice problem={trust.problem} />
    </FormDialog>
  )
}
