import type { ComponentChildren } from 'preact'
import type { Problem } from '../api/problem'
import { Button } from './button'
import { Icon, type IconName } from './icons'
import { Notice } from './notice'

interface Waited<T> {
  readonly data: T | undefined
  readonly problem: Problem | undefined
  readonly reload: () => Promise<void>
}

/** Shows what was read; before, that it is being read, and when it could not be, why and what to do. */
export function Loaded<T>({
  of: { data, problem, reload },
  rows = 4,
  children,
}: {
  readonly of: Waited<T>
  /** Lines of the placeholder. */
  readonly rows?: number
  readonly children: (data: T) => ComponentChildren
}) {
  const retry = (
    <Button size="small" icon="refresh" onClick={() => void reload()}>
      Try again
    </Button>
  )
  if (data === undefined) {
    if (problem === undefined) return <Skeleton rows={rows} />
    if (problem.status === 403) return <Empty icon="lock" title="You may not see this" text={problem.message} />
    return (
      <Notice kind="error" title="This could not be loaded" action={retry}>
        {problem.message}
      </Notice>
    )
  }
  return (
    <>
      {problem !== undefined && (
        <Notice kind="warning" title="This may be out of date" action={retry}>
          {problem.message}
        </Notice>
      )}
      {children(data)}
    </>
  )
}

export function Skeleton({ rows }: { readonly rows: number }) {
  return (
    <div class="skeleton" role="status">
      <span class="visually-hidden">Loading…</span>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} class="skeleton-row" />
      ))}
    </div>
  )
}

/** Says why there is nothing, and what to do so that there is. */
export function Empty({
  icon = 'info',
  title,
  text,
  action,
}: {
  readonly icon?: IconName
  readonly title: string
  readonly text?: ComponentChildren
  readonly action?: ComponentChildren
}) {
  return (
    <div class="empty">
      <Icon name={icon} size={40} />
      <h3>{title}</h3>
      {text !== undefined && <p>{text}</p>}
      {action}
    </div>
  )
}

/** Behind a list that goes on. */
export function More({
  of: { more, isLoadingMore, moreProblem },
}: {
  readonly of: { more: (() => void) | undefined; isLoadingMore: boolean; moreProblem: Problem | undefined }
}) {
  if (more === undefined) return null
  return (
    <div class="more">
      {moreProblem !== undefined && <Notice kind="error">{moreProblem.message}</Notice>}
      <Button busy={isLoadingMore} onClick={more}>
        Show more
      </Button>
    </div>
  )
}
