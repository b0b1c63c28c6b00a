import { useState } from 'preact/hooks'
import { answered, api, type Answer } from '../../api/client'
import { pathOf, useTenant } from '../../shell/tenant'
import { Button } from '../../ui/button'
import { Card } from '../../ui/layout'
import { Table, type Column } from '../../ui/table'
import { Time } from '../../ui/time'
import { EndDialog } from './end-dialog'

type SignIn = Answer<'readSignIn'>
type Trust = SignIn['trusts'][number]

interface Given {
  readonly signIn: SignIn
  readonly onChange: () => void
}

const COLUMNS: readonly Column<Trust>[] = [
  {
    title: 'Identity',
    cell: ({ label, subject }) => (
      <>
        {label}
        <span class="cell-note breaks">{subject}</span>
      </>
    ),
  },
  { title: 'Issuer', cell: ({ issuer }) => <span class="breaks">{issuer}</span> },
  { title: 'Audience', cell: ({ audiences }) => <span class="breaks">{audiences.join(' or ')}</span> },
  { title: 'Last used', cell: ({ lastUsed }) => (lastUsed === undefined ? 'Never' : <Time at={lastUsed} />) },
]

/** The identities of Entra ID that sign in without a secret. */
export function Trusts({ signIn: { trusts }, onChange }: Given) {
  const tenant = useTenant()
  const [ended, setEnded] = useState<Trust>()
  if (trusts.length === 0) return null
  const remove = (id: string, query: { readonly confirm?: 'used' }) => {
    const params = { path: { ...pathOf(tenant), trust: id }, query }
    return answered(api.DELETE('/api/manage/tenants/{tenant}/sign-in/trusts/{trust}', { params }))
  }
  return (
    <Card
      title="Trusted identities"
      lead="Entra ID signs in with an assertion of one of them. Every claim is compared as a whole."
    >
      <Table
        caption="Trusted identities"
        rows={trusts}
        keyOf={({ id }) => id}
        columns={[
          ...COLUMNS,
          {
            title: 'Actions',
            isActions: true,
            cell: (trust) =>
              tenant.isAdmin && (
                <Button size="small" kind="danger" label={`Remove ${trust.label}`} onClick={() => setEnded(trust)}>
                  Remove
                </Button>
              ),
          },
        ]}
      />
      {ended !== undefined && (
        <EndDialog
          title={`Remove ${ended.label}?`}
          confirm="Remove identity"
          allTheSame="Remove it all the same"
          done="Identity removed"
          end={(query) => remove(ended.id, query)}
          onClose={() => setEnded(undefined)}
          onChange={onChange}
        >
          <p>Its assertions give no access token any more, and those that they gave are refused within 30 seconds.</p>
        </EndDialog>
      )}
    </Card>
  )
}
