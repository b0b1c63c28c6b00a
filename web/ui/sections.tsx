import type { ComponentChildren } from 'preact'
import { PageLink } from './button'

/** Parts of a page of which one is shown at a time; each has an address of its own. */
export function Sections({
  label,
  entries,
  current,
  children,
}: {
  /** What the links lead through, for whoever cannot see it. */
  readonly label: string
  readonly entries: readonly { readonly to: string; readonly title: string; readonly path: string }[]
  readonly current: string
  readonly children: ComponentChildren
}) {
  return (
    <div class="sections">
      <nav class="sections-nav" aria-label={label}>
        <ul>
          {entries.map(({ to, title, path }) => (
            <li key={path}>
              <PageLink class="section-link" to={to} aria-current={path === current ? 'page' : undefined}>
                {title}
              </PageLink>
            </li>
          ))}
        </ul>
      </nav>
      <div class="sections-body">{children}</div>
    </div>
  )
}
