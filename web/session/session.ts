import { useLayoutEffect, useState } from 'preact/hooks'
import type { Answer } from '../api/client'
import { ENDED, sessionToken } from '../api/session-token'

/** Who looks: a person with a setup link of one tenant, or an operator. */
export type SessionFacts = Answer<'readSession'>

/** Whether there is a session; renders again when it ends. */
export function useHasSession(): [boolean, () => void] {
  const [has, setHas] = useState(sessionToken() !== undefined)
  useLayoutEffect(() => {
    const tell = () => {
      setHas(false)
    }
    window.addEventListener(ENDED, tell)
    return () => {
      window.removeEventListener(ENDED, tell)
    }
  }, [])
  return [
    has,
    () => {
      setHas(sessionToken() !== undefined)
    },
  ]
}
