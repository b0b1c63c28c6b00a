import { useEffect, useRef, useState } from 'preact/hooks'
import { setQuery, useAddress } from '../shell/router'
import { useDebounced } from './use-debounced'

/** What somebody searches for, kept in the address once they pause: `text` is for the field, `search` for the list. */
export function useSearch(): { readonly text: string; readonly setText: (text: string) => void; readonly search: string } {
  const search = useAddress().query.get('search') ?? ''
  const [text, setText] = useState(search)
  const settled = useDebounced(text)
  const own = useRef(search)
  useEffect(() => {
    own.current = settled
    setQuery({ search: settled })
  }, [settled])
  useEffect(() => {
    if (search === own.current) return // came from the field, which may be further by now
    own.current = search
    setText(search)
  }, [search])
  return { text, setText, search }
}
