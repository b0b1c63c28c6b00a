import { answered, api, type Item } from '../../api/client'
import { usePages } from '../../api/use-pages'
import { pathOf, useTenant } from '../../shell/tenant'
import { Loaded, More } from '../../ui/loaded'
import { Section } from '../../ui/section'
import { Time } from '../../ui/time'
import { WholeText } from '../../ui/whole'

const AT_ONCE = 10

type Line = Item<'listActivity'>

/** What happened to a person or a group, newest first. */
export function History(given: {
  readonly of: { readonly person: string } | { readonly group: string }
  /** Another one reads it anew. */
  readonly version?: unknown
}) {
  const { of, version } = given
  const tenant = useTenant()
  const lines = usePages(
    (after) => {
      const query = { ...of, limit: AT_ONCE, ...(after !== undefined && { after }) }
      return answered(api.GET('/api/manage/tenants/{tenant}/activity', { params: { path: pathOf(tenant), query } }))
    },
    [tenant.slug, ...Object.values(of), version],
  )
  return (
    <Section title="History">
      <Loaded of={lines} rows={3}>
        {(known) =>
          known.length === 0 ? (
            <p class="muted">
              {lines.more === undefined
                ? 'Nothing is recorded. Records are kept for some months.'
                : 'Nothing so far. Older records may tell more.'}
            </p>
          ) : (
            <ol class="history">
              {known.map((line) => (
                <li key={`${line.seq ?? line.time} ${line.text}`}>
                  <span class="cell-note">
                    <Time at={line.time} />
                  </span>
                  <div>{line.text}</div>
                  {line.changes.length > 0 && <Changes of={line.changes} />}
                </li>
              ))}
            </ol>
          )
        }
      </Loaded>
      <More of={lines} />
    </Section>
  )
}

function Changes({ of: changes }: { readonly of: Line['changes'] }) {
  return (
    <details>
      <summary>{changes.length === 1 ? '1 value' : `${changes.length} values`}</summary>
      <dl class="changes">
        {changes.map(({ attribute, label, before, after }, index) => (
          <div key={index}>
            <dt title={attribute}>{label}</dt>
            <dd>
              {before !== undefined && (
                <del>
                  <span class="visually-hidden">was </span>
                  <WholeText text={before} />
                </del>
              )}
              {after !== undefined && (
                <ins>
                  <span class="visually-hidden">is </span>
                  <WholeText text={after} />
                </ins>
              )}
              {before === undefined && after === undefined && <span class="muted">Changed; the value is not kept</span>}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
