import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect } from 'preact/hooks'

/** The frame of a page: its title, what it is for, what one can do with all of it. */
export function Page({
  title,
  lead,
  actions,
  children,
}: {
  readonly title: string
  readonly lead?: ComponentChildren
  readonly actions?: ComponentChildren
  readonly children: ComponentChildren
}) {
  useLayoutEffect(() => {
    document.title = `${title} · Rollcall`
  }, [title])
  return (
    <>
      <header class="page-header">
        <div>
          <h1 tabIndex={-1}>{title}</h1>
          {lead !== undefined && <p class="page-lead">{lead}</p>}
        </div>
        {actions !== undefined && <div class="page-actions">{actions}</div>}
      </header>
      {children}
    </>
  )
}

/** A part of a page with a heading of its own. */
export function Card({
  title,
  lead,
  actions,
  children,
}: {
  readonly title: string
  readonly lead?: ComponentChildren
  readonly actions?: ComponentChildren
  readonly children: ComponentChildren
}) {
  const id = useId()
  return (
    <section class="card" aria-labelledby={id}>
      <header class="card-header">
        <div>
          <h2 id={id}>{title}</h2>
          {lead !== undefined && <p class="card-lead">{lead}</p>}
        </div>
        {actions !== undefined && <div class="card-actions">{actions}</div>}
      </header>
      {children}
    </section>
  )
}

export type Tone = 'neutral' | 'success' | 'warning' | 'danger' | 'brand'

/** One word about a thing, such as its state. The word says it, the colour only helps. */
export function Badge({ tone = 'neutral', children }: { readonly tone?: Tone; readonly children: ComponentChildren }) {
  return <span class={`badge badge-${tone}`}>{children}</span>
}

/** Names and values below each other. */
export function Facts({ of: facts }: { readonly of: readonly (readonly [string, ComponentChildren])[] }) {
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
