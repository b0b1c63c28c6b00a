import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

/** A part of a drawer with a heading of its own. */
export function Section(given: {
  readonly title: string
  readonly actions?: ComponentChildren
  readonly children: ComponentChildren
}) {
  const { title, actions, children } = given
  const id = useId()
  return (
    <section class="section" aria-labelledby={id}>
      <header class="section-header">
        <h3 id={id}>{title}</h3>
        {actions}
      </header>
      {children}
    </section>
  )
}
