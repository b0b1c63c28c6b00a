import type { Answer } from '../../api/client'
import { Badge } from '../../ui/layout'
import { Table } from '../../ui/table'

type Claim = Answer<'explainAssertion'>['claims'][number]

/** What an assertion has, beside what is expected of it; nothing where nobody is trusted. */
export function Claims({ claims }: { readonly claims: readonly Claim[] }) {
  if (claims.length === 0) return null
  return (
    <Table
      caption="Claims of the assertion"
      rows={claims}
      keyOf={({ claim }) => claim}
      columns={[
        { title: 'Claim', width: '12%', cell: ({ claim }) => <code>{claim}</code> },
        { title: 'Expected', cell: ({ expected }) => <span class="breaks">{expected}</span> },
        {
          title: 'Seen',
          cell: ({ seen }) => (seen === undefined ? <span class="muted">Nothing</span> : <span class="breaks">{seen}</span>),
        },
        {
          title: 'Fits',
          width: '12%',
          cell: ({ fits }) => <Badge tone={fits ? 'success' : 'danger'}>{fits ? 'Fits' : 'Differs'}</Badge>,
        },
      ]}
    />
  )
}
