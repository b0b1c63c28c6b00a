import { answered, api } from '../../api/client'
import { usePages } from '../../api/use-pages'
import { pathOf, useTenant } from '../../shell/tenant'
import { Changes } from '../../ui/changes'
import { Loaded, More } from '../../ui/loaded'
import { Section } from '../../ui/section'
import { Time } from '../../ui/time'

const AT_ONCE = 10

/** What happened to a person or a group, newest first. */
export function History(given: {
  readonly of: { readonly person: string } | { readonly group: string }
  /** Another one reads it anew. */
  readonly version?: unknown
}) {
  const { of, version } = given
  const tenant = useTenant()
  const lines = usePages(
    (page) => {
      const query = { ...of, limit: AT_ONCE, ...page }
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
                ? 'Nothing is recorded. Settings say how long records are kept, under Retention.'
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
