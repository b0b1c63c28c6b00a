import { useState } from 'preact/hooks'
import { answered, api, type Answer } from '../../api/client'
import { pathOf, useTenant } from '../../shell/tenant'
import { Button } from '../../ui/button'
import { Badge, Card } from '../../ui/layout'
import { Notice } from '../../ui/notice'
import { Table, type Column } from '../../ui/table'
import { Time } from '../../ui/time'
import { EndDialog } from './end-dialog'

type SignIn = Answer<'readSignIn'>
type Secret = SignIn['secrets'][number]

interface Given {
  readonly signIn: SignIn
  readonly onChange: () => void
}

const COLUMNS: readonly Column<Secret>[] = [
  {
    title: 'Client secret',
    cell: ({ label, lastFour }) => (
      <>
        {label}
        <span class="cell-note">ends in {lastFour}</span>
      </>
    ),
  },
  {
    title: 'State',
    cell: ({ state }) => <Badge tone={state === 'live' ? 'success' : 'neutral'}>{state === 'live' ? 'Live' : 'Expired'}</Badge>,
  },
  { title: 'Last used', cell: ({ lastUsed }) => (lastUsed === undefined ? 'Never' : <Time at={lastUsed} />) },
  { title: 'Made', cell: ({ created }) => <Time at={created} style="day" /> },
  { title: 'Ends', cell: ({ expires }) => <Time at={expires} style="day" /> },
]

/** Every client secret, which of them Entra ID uses, and which end. */
export function ClientSecrets({ signIn: { secrets }, onChange }: Given) {
  const tenant = useTenant()
  const [ended, setEnded] = useState<Secret>()
  if (secrets.length === 0) return null
  const remove = (id: string, query: { readonly confirm?: 'used' }) => {
    const params = { path: { ...pathOf(tenant), secret: id }, query }
    return answered(api.DELETE('/api/manage/tenants/{tenant}/sign-in/secrets/{secret}', { params }))
  }
  return (
    <Card
      title="Client secrets"
      lead="Up to five are valid at once. Delete the old one when the new one shows that Entra ID uses it."
    >
      {secrets
        .filter(({ warning }) => warning !== undefined)
        .map(({ id, label, warning }) => (
          <Notice key={id} kind="warning" title={label}>
            {warning}
          </Notice>
        ))}
      <Table
        caption="Client secrets"
        rows={secrets}
        keyOf={({ id }) => id}
        columns={[
          ...COLUMNS,
          {
            title: 'Actions',
            isActions: true,
            cell: (secret) =>
              tenant.isAdmin && (
                <Button size="small" kind="danger" label={`Delete ${secret.label}`} onClick={() => setEnded(secret)}>
                  Delete
                </Button>
              ),
          },
        ]}
      />
      {ended !== undefined && (
        <EndDialog
          title={`Delete ${ended.label}?`}
          confirm="Delete client secret"
          allTheSame="Delete it all the same"
          done="Client secret deleted"
          end={(query) => remove(ended.id, query)}
          onClose={() => setEnded(undefined)}
          onChange={onChange}
        >
          <p>It gives no access token any more, and those that it gave are refused within 30 seconds.</p>
        </EndDialog>
      )}
    </Card>
  )
}
