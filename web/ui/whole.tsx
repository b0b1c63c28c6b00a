import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { Button } from './button'

const MAX_CHARACTERS = 240

/** A text of any length: of a long one the beginning, and the whole when somebody asks for it. */
export function WholeText({ text }: { readonly text: string }) {
  const [isWhole, setWhole] = useState(false)
  if (text.length <= MAX_CHARACTERS || isWhole) return <span class="whole-text">{text}</span>
  return (
    <>
      <span class="whole-text">{text.slice(0, MAX_CHARACTERS)}…</span>{' '}
      <Button size="small" onClick={() => setWhole(true)}>
        {`Show all ${text.length} characters`}
      </Button>
    </>
  )
}

const MAX_ENTRIES = 20

/** A list of any length, in the same manner. */
export function WholeList<T>(given: {
  readonly of: readonly T[]
  readonly keyOf: (one: T) => string
  readonly children: (one: T) => ComponentChildren
}) {
  const { of: all, keyOf, children } = given
  const [isWhole, setWhole] = useState(false)
  const shown = isWhole ? all : all.slice(0, MAX_ENTRIES)
  return (
    <>
      <ul class="plain-list">
        {shown.map((one) => (
          <li key={keyOf(one)}>{children(one)}</li>
        ))}
      </ul>
      {shown.length < all.length && (
        <div>
          <Button size="small" onClick={() => setWhole(true)}>
            {`Show all ${all.length}`}
          </Button>
        </div>
      )}
    </>
  )
}
