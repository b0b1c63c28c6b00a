import { useState } from 'preact/hooks'
import { useAction, useAnswer, type Loading } from './use-answer'
import type { Problem } from './problem'

interface Page<T> {
  readonly items: readonly T[]
  readonly next?: string | undefined
}

/** Of the API: which page of a list. */
export interface PageQuery {
  readonly after?: string
}

export interface Pages<T, P = unknown> extends Omit<Loading<readonly T[]>, 'put'> {
  /** The first page, for what it says beside its items; another object once the list was read anew. */
  readonly page: P | undefined
  /** Undefined at the end of the list. */
  readonly more: (() => void) | undefined
  readonly isLoadingMore: boolean
  readonly moreProblem: Problem | undefined
}

/**
 * A list that is read page by page. A page may be nearly empty and still lead on, so the first ones are read until something is there.
 * @param read the page that the query asks for
 */
export function usePages<P extends Page<unknown>>(
  read: (page: PageQuery) => Promise<P>,
  of: readonly unknown[],
): Pages<P['items'][number], P> {
  type T = P['items'][number]
  const [further, setFurther] = useState<Page<T> & { of: unknown }>({ items: [], of: undefined })
  const first = useAnswer(() => readSome(read, undefined), of)
  const isSame = first.data !== undefined && further.of === first.data
  const next = isSame ? further.next : first.data?.next
  const more = useAction(async () => {
    const list = first.data
    if (list === undefined) return
    const page = await readSome(read, next)
    setFurther((held) => ({ items: [...(held.of === list ? held.items : []), ...page.items], next: page.next, of: list }))
  })
  return {
    data: first.data && [...first.data.items, ...(isSame ? further.items : [])],
    page: first.data,
    problem: first.problem,
    isLoading: first.isLoading,
    reload: first.reload,
    more: next === undefined ? undefined : () => void more.run(),
    isLoadingMore: more.isRunning,
    moreProblem: more.problem,
  }
}

const MAX_EMPTY_PAGES = 5

async function readSome<P extends Page<unknown>>(read: (page: PageQuery) => Promise<P>, after: string | undefined): Promise<P> {
  let page = await read(after === undefined ? {} : { after })
  for (let tries = 1; page.items.length === 0 && page.next !== undefined && tries < MAX_EMPTY_PAGES; tries += 1) {
    page = await read({ after: page.next })
  }
  return page
}
