import { answered, api, type Answer } from '../../api/client'
import { useAnswer } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { Badge, Card } from '../../ui/layout'
import { Loaded } from '../../ui/loaded'
import { Table } from '../../ui/table'
import { GROUP_ROWS, USER_ROWS, type MappingRow } from './mapping-rows'

type Coverage = Answer<'readCoverage'>

/** The rows to have in Entra ID, and which of them bring something. */
export function Mappings() {
  const tenant = useTenant()
  const coverage = useAnswer(
    () => answered(api.GET('/api/manage/tenants/{tenant}/coverage', { params: { path: pathOf(tenant) } })),
    [tenant.slug],
  )
  return (
    <Card
      title="Attribute mapping"
      lead="In Entra ID: Provisioning → Mappings. The defaults work; the rows marked “worth adding” are better made before the first cycle, since each later change starts an initial cycle again."
    >
      <Loaded of={coverage}>
        {(seen) => (
          <>
            <Rows caption="Users" rows={USER_ROWS} coverage={seen} />
            <Rows caption="Groups" rows={GROUP_ROWS} coverage={undefined} />
          </>
        )}
      </Loaded>
    </Card>
  )
}

function Rows(given: {
  readonly caption: string
  readonly rows: readonly MappingRow[]
  readonly coverage: Coverage | undefined
}) {
  const { caption, rows, coverage } = given
  return (
    <div class="stack">
      <h3>{caption}</h3>
      <Table
        caption={`Attribute mapping of ${caption.toLowerCase()}`}
        rows={rows}
        keyOf={({ target }) => target}
        columns={[
          {
            title: 'Entra ID attribute',
            width: '30%',
            cell: ({ source, note }) => (
              <>
                <code>{source}</code>
                {note !== undefined && <span class="cell-note">{note}</span>}
              </>
            ),
          },
          { title: 'Target attribute', cell: ({ target }) => <code>{target}</code> },
          {
            title: coverage === undefined ? 'Remark' : 'Arrives for',
            width: '24%',
            cell: (row) => (
              <span class="row">
                <Arrival row={row} coverage={coverage} />
                {row.isMatching === true && <Badge tone="brand">Matching</Badge>}
              </span>
            ),
          },
        ]}
      />
    </div>
  )
}

function Arrival({ row: { target, isExtra = false }, coverage }: { row: MappingRow; coverage: Coverage | undefined }) {
  const missing = coverage?.missing.find((one) => one.target === target)
  if (missing !== undefined && coverage !== undefined && coverage.active > 0)
    return <Badge tone="warning">Missing: add this row</Badge>
  const seen = coverage?.attributes.find(({ attribute }) => attribute.toLowerCase() === target.toLowerCase())
  if (seen !== undefined && seen.people > 0) return <span>{Math.round(seen.share * 100)} % of people</span>
  if (isExtra) return <Badge>Worth adding</Badge>
  if (coverage === undefined || coverage.active === 0) return <span class="muted">Default row</span>
  return <span class="muted">Nobody yet</span>
}
