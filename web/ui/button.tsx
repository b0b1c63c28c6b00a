import type { ComponentChildren } from 'preact'
import { go } from '../shell/router'
import { Icon, type IconName } from './icons'

interface ButtonGiven {
  readonly children: ComponentChildren
  readonly onClick?: ((event: MouseEvent) => void) | undefined
  /** primary: what one came for, once on a page. danger: ends or deletes something. */
  readonly kind?: 'primary' | 'secondary' | 'subtle' | 'danger'
  readonly icon?: IconName
  readonly size?: 'small' | 'medium'
  readonly type?: 'button' | 'submit'
  readonly disabled?: boolean
  /** Shows that it is at work; it cannot be pressed meanwhile. */
  readonly busy?: boolean | undefined
  /** What it does, where the words on it do not say on what: "Revoke token ending in 4fQa". */
  readonly label?: string | undefined
}

export function Button(given: ButtonGiven) {
  const { children, onClick, kind = 'secondary', icon, size = 'medium', type = 'button', disabled, busy = false, label } = given
  return (
    <button
      type={type}
      class={`button button-${kind} button-${size}`}
      aria-label={label}
      aria-disabled={busy}
      aria-busy={busy}
      disabled={disabled === true}
      onClick={(event) => {
        if (busy) event.preventDefault()
        else onClick?.(event)
      }}
    >
      {busy ? <span class="spinner spinner-small" aria-hidden="true" /> : icon !== undefined && <Icon name={icon} />}
      <span>{children}</span>
    </button>
  )
}

/** A button that is an icon alone; `label` is its name, shown on hover as well. */
export function IconButton(given: {
  readonly icon: IconName
  readonly label: string
  readonly onClick: (event: MouseEvent) => void
  readonly disabled?: boolean
  readonly pressed?: boolean
  /** Whether what it opens is open. */
  readonly expanded?: boolean | undefined
}) {
  const { icon, label, onClick, disabled = false, pressed, expanded } = given
  return (
    <button
      type="button"
      class="button button-subtle button-icon"
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      aria-expanded={expanded}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  )
}

/** A link to another page of the console; looks like a button with `kind`. */
export function PageLink(given: {
  readonly to: string
  readonly kind?: 'primary' | 'secondary' | 'subtle'
  readonly children: ComponentChildren
  readonly class?: string
  readonly 'aria-current'?: 'page' | undefined
}) {
  const { to, kind, children, class: name, ...rest } = given
  return (
    <a
      {...rest}
      class={kind === undefined ? (name ?? 'link') : `button button-${kind} button-medium`}
      href={to}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
        event.preventDefault()
        go(to)
      }}
    >
      {children}
    </a>
  )
}
