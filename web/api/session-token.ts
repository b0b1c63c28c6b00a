interface Held {
  readonly token: string
}

/** Why there is no session any more: shown where one signs in again. */
export type Ending = 'ended' | 'signed out'

const KEY = 'rollcall.session'
export const ENDED = 'rollcall:session-ended'
let ending: Ending | undefined

/** To the other tabs of this browser, as long as they are open. */
const tabs = new BroadcastChannel(KEY)

/** Kept for this tab alone, and gone with it. */
export function sessionToken(): string | undefined {
  const text = sessionStorage.getItem(KEY)
  return text === null ? undefined : (JSON.parse(text) as Held).token
}

/** Also offered to tabs that wait for a session. */
export function keepSession(token: string): void {
  ending = undefined
  sessionStorage.setItem(KEY, JSON.stringify({ token } satisfies Held))
  tabs.postMessage(token)
}

/** Calls `take` with the token of each session that begins in another tab. Returns what ends that. */
export function onOtherSession(take: (token: string) => void): () => void {
  const hear = ({ data }: MessageEvent) => {
    if (typeof data === 'string') take(data)
  }
  tabs.addEventListener('message', hear)
  return () => tabs.removeEventListener('message', hear)
}

export function endSession(why: Ending): void {
  if (sessionToken() === undefined) return
  sessionStorage.removeItem(KEY)
  ending = why
  window.dispatchEvent(new Event(ENDED))
}

export const lastEnding = () => ending
