import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import { Icon } from './icons'

interface FieldGiven {
  readonly label: string
  /** What to enter, below the field. */
  readonly hint?: ComponentChildren
  /** What is wrong with it. */
  readonly error?: string | undefined
}

interface Wiring {
  readonly id: string
  readonly 'aria-describedby': string | undefined
  readonly 'aria-invalid': boolean
}

function Field({ label, hint, error, children }: FieldGiven & { readonly children: (wiring: Wiring) => ComponentChildren }) {
  const id = useId()
  const described = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`].filter((one) => one !== false)
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({
        id,
        'aria-describedby': described.length > 0 ? described.join(' ') : undefined,
        'aria-invalid': error !== undefined,
      })}
      {error !== undefined && (
        <p class="field-error" id={`${id}-error`}>
          <Icon name="alert" size={16} /> {error}
        </p>
      )}
      {hint !== undefined && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  )
}

export function TextField(
  given: FieldGiven & {
    readonly value: string
    readonly onInput: (value: string) => void
    readonly type?: 'text' | 'number' | 'url' | 'email' | 'date'
    readonly placeholder?: string
    readonly maxLength?: number
    readonly min?: number
    readonly max?: number
    readonly required?: boolean
    readonly disabled?: boolean
  },
) {
  const { value, onInput, type = 'text', placeholder, maxLength, min, max, required, disabled, ...field } = given
  return (
    <Field {...field}>
      {(wiring) => (
        <input
          {...wiring}
          {...({ type } as { type: 'text' })} // the types tell apart what the browser does not
          class="input"
          value={value}
          placeholder={placeholder}
          maxLength={maxLength}
          min={min}
          max={max}
          required={required}
          disabled={disabled}
          autocomplete="off"
          onInput={(event) => {
            onInput(event.currentTarget.value)
          }}
        />
      )}
    </Field>
  )
}

export function TextArea(
  given: FieldGiven & {
    readonly value: string
    readonly onInput: (value: string) => void
    readonly rows?: number
    readonly disabled?: boolean
  },
) {
  const { value, onInput, rows = 4, disabled, ...field } = given
  return (
    <Field {...field}>
      {(wiring) => (
        <textarea
          {...wiring}
          class="input"
          rows={rows}
          value={value}
          disabled={disabled}
          onInput={(event) => {
            onInput(event.currentTarget.value)
          }}
        />
      )}
    </Field>
  )
}

export interface Option {
  readonly value: string
  readonly text: string
}

export function Select(
  given: FieldGiven & {
    readonly value: string
    readonly options: readonly Option[]
    readonly onChange: (value: string) => void
    readonly disabled?: boolean
  },
) {
  const { value, options, onChange, disabled, ...field } = given
  return (
    <Field {...field}>
      {(wiring) => (
        <span class="select">
          <select
            {...wiring}
            class="input"
            disabled={disabled}
            value={value}
            onChange={(event) => {
              onChange(event.currentTarget.value)
            }}
          >
            {options.map((option) => (
              <option key={option.value} value={option.value} selected={option.value === value}>
                {option.text}
              </option>
            ))}
          </select>
          <Icon name="chevronDown" size={16} />
        </span>
      )}
    </Field>
  )
}

/** A setting that is on or off. */
export function Checkbox(given: {
  readonly label: ComponentChildren
  readonly hint?: ComponentChildren
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
  readonly disabled?: boolean
}) {
  const { label, hint, checked, onChange, disabled } = given
  const id = useId()
  return (
    <div class="checkbox">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        disabled={disabled}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onChange={(event) => {
          onChange(event.currentTarget.checked)
        }}
      />
      <div>
        <label for={id}>{label}</label>
        {hint !== undefined && (
          <p class="field-hint" id={`${id}-hint`}>
            {hint}
          </p>
        )}
      </div>
    </div>
  )
}

export function SearchBox(given: {
  readonly label: string
  readonly value: string
  readonly onInput: (value: string) => void
  readonly placeholder?: string
}) {
  const { label, value, onInput, placeholder } = given
  return (
    <div class="search" role="search">
      <Icon name="search" />
      <input
        class="input"
        type="search"
        aria-label={label}
        placeholder={placeholder ?? label}
        value={value}
        autocomplete="off"
        onInput={(event) => {
          onInput(event.currentTarget.value)
        }}
      />
    </div>
  )
}
