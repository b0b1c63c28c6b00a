import { useState } from 'preact/hooks'
import { answered, api } from '../../api/client'
import { useAction } from '../../api/use-answer'
import { addressOf, go } from '../../shell/router'
import { TextField } from '../../ui/field'
import { FormDialog } from '../../ui/form'
import { SaveProblem } from '../../ui/save'
import { announce } from '../../ui/toast'

/** What is wrong with a slug, told while it is typed. */
function wrongSlug(slug: string): string | undefined {
  if (/[A-Z]/.test(slug)) return 'Use lower-case letters.'
  if (/[^a-z0-9-]/.test(slug)) return 'Use letters a to z, digits and hyphens alone.'
  if (/^-|-$/.test(slug)) return 'A hyphen may neither begin nor end it.'
  return slug.length > 40 ? 'Use at most 40 characters.' : undefined
}

/** Makes a tenant and goes to its Connect page. */
export function CreateTenant({ onClose }: { readonly onClose: () => void }) {
  const [value, setValue] = useState({ slug: '', name: '' })
  const [isChecked, setChecked] = useState(false)
  const { slug } = value
  const name = value.name.trim()
  const missing = isChecked && slug === '' ? 'Enter a slug.' : undefined
  const create = useAction(async () => {
    await answered(api.POST('/api/manage/tenants', { body: { slug, ...(name !== '' && { name }) } }))
    announce('Tenant created')
    go(addressOf(slug, 'connect'))
  })
  return (
    <FormDialog
      title="Create a tenant"
      submit="Create tenant"
      isRunning={create.isRunning}
      onClose={onClose}
      onSubmit={() => {
        setChecked(true)
        if (slug !== '' && wrongSlug(slug) === undefined) void create.run()
      }}
    >
      <TextField
        label="Slug"
        value={slug}
        placeholder="contoso"
        hint={
          slug === '' || wrongSlug(slug) !== undefined
            ? '1 to 40 lower-case letters, digits and inner hyphens. It is part of the Tenant URL; it never changes and never returns.'
            : `Tenant URL: ${location.origin}/scim/${slug}`
        }
        error={wrongSlug(slug) ?? missing ?? create.problem?.at('/slug')}
        onInput={(text) => {
          create.clear()
          setValue({ ...value, slug: text })
        }}
      />
      <TextField
        label="Name"
        value={value.name}
        maxLength={100}
        placeholder="Contoso Ltd"
        hint="What people call the customer. The slug unless given."
        error={create.problem?.at('/name')}
        onInput={(text) => setValue({ ...value, name: text })}
      />
      <SaveProblem problem={create.problem} onLoad={() => undefined} />
    </FormDialog>
  )
}
