import { useEffect, useState } from 'preact/hooks'

const PAUSE_MS = 250

/** The value once nobody has changed it for a moment: what somebody types is asked for when they pause. */
export function useDebounced<T>(value: T): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => {
      setSettled(value)
    }, PAUSE_MS)
    return () => {
      clearTimeout(timer)
    }
  }, [value])
  return settled
}
