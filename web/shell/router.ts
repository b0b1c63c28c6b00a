import { useLayoutEffect, useState } from 'preact/hooks'

const MOVED = 'rollcall:moved'

/** Of a page of a tenant. */
export const addressOf = (slug: string, page: string) => `/console/t/${slug}/${page}`

interface Guard {
  /** The page that is not to be left without a word. */
  readonly path: string
  /** Asks; calls `leave` if the answer is yes. */
  readonly ask: (leave: () => void) => void
}
let guard: Guard | undefined

/** Goes to another page of the console without loading it anew; `replace` leaves no entry in the history. */
export function go(path: string, { replace = false }: { replace?: boolean } = {}): void {
  if (path === location.pathname + location.search) return
  const move = () => {
    history[replace ? 'replaceState' : 'pushState'](null, '', path)
    window.dispatchEvent(new Event(MOVED))
  }
  if (path.split('?')[0] === location.pathname) move()
  else leaving(move)
}

/** Whether something on the page is not stored yet. */
export const isGuarded = () => guard !== undefined

/** Does what leaves the page; asks before where something on it is not stored yet. */
export function leaving(leave: () => void): void {
  if (guard === undefined) leave()
  else guard.ask(leave)
}

/** Lets `ask` decide whether this page is left; a closed tab is asked about by the browser. Returns what ends that. */
export function guardLeaving(ask: (leave: () => void) => void): () => void {
  const mine: Guard = {
    path: location.pathname + location.search,
    ask: (leave) => {
      ask(() => {
        if (guard === mine) guard = undefined
        leave()
      })
    },
  }
  guard = mine
  return () => {
    if (guard === mine) guard = undefined
  }
}

window.addEventListener('beforeunload', (event) => {
  if (guard !== undefined) event.preventDefault()
})

/** Back and forward have moved already: the address is put back before the pages see it (this listener is the first). */
window.addEventListener('popstate', () => {
  const wanted = location.pathname + location.search
  if (guard === undefined || location.pathname === guard.path.split('?')[0]) return
  history.pushState(null, '', guard.path)
  leaving(() => {
    go(wanted)
  })
})

/** The address as it is now; renders again when it changes. */
export function useAddress(): { readonly path: readonly string[]; readonly query: URLSearchParams } {
  const [address, setAddress] = useState(location.pathname + location.search)
  useLayoutEffect(() => {
    const look = () => {
      setAddress(location.pathname + location.search)
    }
    window.addEventListener(MOVED, look)
    window.addEventListener('popstate', look)
    return () => {
      window.removeEventListener(MOVED, look)
      window.removeEventListener('popstate', look)
    }
  }, [])
  const url = new URL(address, location.origin)
  const path = url.pathname.split('/').filter((part) => part !== '')
  return { path: path.slice(1).map(decoded), query: url.searchParams }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part // it names no page, and that is said
  }
}

/** Puts a value into the query of the address, or takes it out, so that a reload and a shared address show the same. */
export function setQuery(values: Readonly<Record<string, string | undefined>>): void {
  const query = new URLSearchParams(location.search)
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value === '') query.delete(name)
    else query.set(name, value)
  }
  const text = query.toString()
  go(`${location.pathname}${text === '' ? '' : `?${text}`}`, { replace: true })
}
