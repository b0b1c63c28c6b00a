import { useState } from 'preact/hooks'
import { answered, api, type Answer } from '../../api/client'
import { useAnswer } from '../../api/use-answer'
import { addressOf } from '../../shell/router'
import { pathOf, useTenant } from '../../shell/tenant'
import { Button, PageLink } from '../../ui/button'
import { Card } from '../../ui/layout'
import { Empty, Loaded } from '../../ui/loaded'
import { Notice } from '../../ui/notice'
import { Table } from '../../ui/table'

type Coverage = Answer<'readCoverage'>

/** Shown before somebody asks for all. */
const FIRST = 20

/** Which attributes arrive, for how many, and which mapping rows are missing. Read when asked for: it reads up to 10,000 people. */
export function CoverageCard() {
  const tenant = useTenant()
  const coverage = useAnswer(
    () => answered(api.GET('/api/manage/tenants/{tenant}/coverage', { params: { path: pathOf(tenant) } })),
    [tenant.slug],
  )
  const { isLoading, reload } = coverage
  return (
    <Card
      title="Coverage"
      lead="For what share of active people each attribute has a value. Values are not shown."
      actions={
        coverage.data !== undefined && (
          <Button icon="refresh" busy={isLoading} onClick={() => void reload()}>
            Count again
          </Button>
        )
      }
    >
      <Loaded of={coverage} rows={6}>
        {(counted) =>
          counted.active === 0 ? (
            <Empty
              icon="people"
              title="There are no active people"
              text="Coverage is counted once Entra ID has provisioned somebody."
              action={
                counted.people === 0 && (
                  <PageLink kind="secondary" to={addressOf(tenant.slug, 'connect')}>
                    Go to Connect
                  </PageLink>
                )
              }
            />
          ) : (
            <>
              <Missing rows={counted.missing} />
              <Shares coverage={counted} />
            </>
          )
        }
      </Loaded>
    </Card>
  )
}

function Missing({ rows }: { readonly rows: Coverage['missing'] }) {
  if (rows.length === 0) return <Notice kind="success">Every attribute that is expected arrives.</Notice>
  return (
    <div class="stack">
      <Notice kind="warning" title={rows.length === 1 ? '1 mapping row is missing' : `${rows.length} mapping rows are missing`}>
        Nobody has these attributes. In Entra ID: Provisioning → Attribute mapping → Provision Microsoft Entra ID Users → Add New
        Mapping.
      </Notice>
      <Table
        caption="Mapping rows to add in Entra ID"
        rows={rows}
        keyOf={({ target }) => target}
        columns={[
          { title: 'Source attribute', width: '22%', cell: ({ source }) => <code>{source}</code> },
          { title: 'Target attribute', cell: ({ target }) => <code>{target}</code> },
          { title: 'Why', width: '46%', cell: ({ text }) => <span class="cell-note">{text}</span> },
        ]}
      />
    </div>
  )
}

function Shares({ coverage: { attributes, active, people, read, complete, cut } }: { readonly coverage: Coverage }) {
  const [isAll, setAll] = useState(false)
  const shown = isAll ? attributes : attributes.slice(0, FIRST)
  return (
    <div class="stack">
      <h3>
        {active.toLocaleString()} active people
        {!complete && `, from a sample of ${read.toLocaleString()} of ${people.toLocaleString()}`}
      </h3>
      <Table
        caption="Attributes and the share of active people who have them"
        rows={shown}
        keyOf={({ attribute }) => attribute}
        columns={[
          { title: 'Attribute', cell: ({ attribute }) => <code>{attribute}</code> },
          { title: 'People', align: 'end', width: '90px', cell: ({ people: count }) => count.toLocaleString() },
          { title: 'Share', width: '34%', cell: ({ share }) => <Share share={share} /> },
        ]}
      />
      {shown.length < attributes.length && (
        <div class="more">
          <Button onClick={() => setAll(true)}>Show all {attributes.length} attributes</Button>
        </div>
      )}
      {cut && <p class="muted">More attributes came than are counted.</p>}
    </div>
  )
}

/** The bar is for the eye; the number says it. */
function Share({ share }: { readonly share: number }) {
  return (
    <div class="share">
      <span class="share-track" aria-hidden="true">
        <span class="share-filled" style={{ width: `${share * 100}%` }} />
      </span>
      <span class="share-text">{sayShare(share)} %</span>
    </div>
  )
}

/** Neither nobody nor everybody by rounding alone. */
const sayShare = (share: number) => (share > 0 && share < 0.01 ? '< 1' : share < 1 ? Math.min(99, Math.round(share * 100)) : 100)
