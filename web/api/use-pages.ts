import { useState } from 'preact/hooks'
import { useAction, useAnswer, type Loading } from './use-answer'
import type { Problem } from './problem'

interface Page<T> {
  readonly items: readonly T[]
  readonly next?: string | undefined
}

export interface Pages<T> extends Omit<Loading<readonly T[]>, 'put'> {
  /** Undefined at the end of the list. */
  readonly more: (() => void) | undefined
  readonly isLoadingMore: boolean
  readonly moreProblem: Problem | undefined
}

/**
 * A list that is read page by page. A page may be nearly empty and still lead on, so the first ones are read until something is there.
 * @param read one page, behind `after`
 */
export function usePages<T>(read: (after: string | undefined) => Promise<Page<T>>, of: readonly unknown[]): Pages<T> {
  const [further, setFurther] = useState<Page<T> & { key: unknown }>({ items: [], key: undefined })
  const first = useAnswer(async () => {
    const page = await readSome(read, undefined)
    return { ...page, key: Symbol('list') }
  }, of)
  const isSame = first.data !== undefined && further.key === first.data.key
  const next = isSame ? further.next : first.data?.next
  const more = useAction(async () => {
    if (first.data === undefined) return
    const { key } = first.data
    const page = await readSome(read, next)
    setFurther((held) => ({ items: [...(held.key === key ? held.items : []), ...page.items], next: page.next, key }))
  })
  return {
    data: first.data && [...first.data.items, ...(isSame ? further.items : [])],
    problem: first.problem,
    isLoading: first.isLoading,
    reload: first.reload,
    more: next === undefined ? undefined : () => void more.run(),
    isLoadingMore: more.isRunning,
    moreProblem: more.problem,
  }
}

const MAX_EMPTY_PAGES = 5

async function readSome<T>(read: (after: string | undefined) => Promise<Page<T>>, after: string | undefined): Promise<Page<T>> {
  let page = await read(after)
  for (let tries = 1; page.items.length === 0 && page.next !== undefined && tries < MAX_EMPTY_PAGES; tries += 1) {
    page = await read(page.next)
  }
  return page
}
