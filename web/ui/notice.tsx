import type { ComponentChildren } from 'preact'
import type { Problem } from '../api/problem'
import { Icon, type IconName } from './icons'

type Kind = 'info' | 'success' | 'warning' | 'error'
const ICONS: Readonly<Record<Kind, IconName>> = { info: 'info', success: 'checkCircle', warning: 'alert', error: 'alert' }

/** A message in the page. Errors are read out at once; the others when one comes to them. */
export function Notice({
  kind = 'info',
  title,
  children,
  action,
}: {
  readonly kind?: Kind
  readonly title?: string
  readonly children?: ComponentChildren
  readonly action?: ComponentChildren
}) {
  return (
    <div class={`notice notice-${kind}`} role={kind === 'error' ? 'alert' : undefined}>
      <Icon name={ICONS[kind]} />
      <div class="notice-text">
        {title !== undefined && <strong>{title}</strong>}
        {children !== undefined && <div>{children}</div>}
      </div>
      {action !== undefined && <div class="notice-action">{action}</div>}
    </div>
  )
}

/** Why something that was asked for was not done. Nothing while there is no problem. */
export function ProblemNotice({
  problem,
  action,
}: {
  readonly problem: Problem | undefined
  readonly action?: ComponentChildren
}) {
  if (problem === undefined) return null
  const kind = problem.status === 403 || problem.status === 409 ? 'warning' : 'error'
  return (
    <Notice kind={kind} action={action}>
      {problem.message}
    </Notice>
  )
}
