import { useState } from 'preact/hooks'

/** What somebody edits of something that was saved. */
export interface Draft<T> {
  readonly value: T
  readonly set: (part: Partial<T>) => void
  readonly isDirty: boolean
}

/** @param version of what was saved: another one replaces what was edited, as after a save or when the new state is loaded */
export function useDraft<T extends object>(saved: T, version: number): Draft<T> {
  const [held, setHeld] = useState({ version, value: saved })
  const present = (one: typeof held) => (one.version === version ? one.value : saved)
  const value = present(held)
  const isDirty = JSON.stringify(value) !== JSON.stringify(saved)
  return { value, set: (part) => setHeld((one) => ({ version, value: { ...present(one), ...part } })), isDirty }
}
