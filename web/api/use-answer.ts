import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { asProblem, type Problem } from './problem'

/** What a page waits for. Once something was shown it stays while it is read anew; `problem` then says what went wrong since. */
export interface Loading<T> {
  readonly data: T | undefined
  readonly problem: Problem | undefined
  readonly isLoading: boolean
  /** Reads again; ends when that, or a later reading, has come. */
  readonly reload: () => Promise<void>
  /** Shows this instead: what a save has answered. */
  readonly put: (data: T) => void
}

interface State<T> {
  readonly data: T | undefined
  readonly problem: Problem | undefined
  readonly isLoading: boolean
}

/** Asking again by itself would change nothing: it may not be seen, or is not there. */
const isFinal = (problem: Problem | undefined) => problem !== undefined && [403, 404].includes(problem.status)

/**
 * Reads when the page is shown and whenever `of` changes, and again after `everyMs` while the page is looked at.
 * @param read what `answered` gives
 * @param of what the reading depends on; other data than before are not shown while the new ones are read
 */
export function useAnswer<T>(read: () => Promise<T>, of: readonly unknown[], everyMs?: number): Loading<T> {
  const [state, setState] = useState<State<T>>({ data: undefined, problem: undefined, isLoading: true })
  const turn = useRef(0)
  const latest = useRef(read)
  latest.current = read
  const now = useRef(state)
  now.current = state
  const load = useCallback(async (keep: boolean) => {
    turn.current += 1
    const mine = turn.current
    setState((held) => (keep ? { ...held, isLoading: true } : { data: undefined, problem: undefined, isLoading: true }))
    try {
      const data = await latest.current()
      if (turn.current === mine) setState({ data, problem: undefined, isLoading: false })
    } catch (error) {
      const problem = asProblem(error)
      if (turn.current === mine) setState((held) => ({ data: held.data, problem, isLoading: false }))
    }
  }, [])
  useEffect(() => {
    void load(false)
    return () => {
      turn.current += 1 // an answer that comes now is for nobody
    }
  }, of)
  useEffect(() => {
    if (everyMs === undefined) return undefined
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible' && !now.current.isLoading && !isFinal(now.current.problem)) void load(true)
    }, everyMs)
    return () => {
      clearInterval(timer)
    }
  }, [everyMs, ...of])
  return {
    ...state,
    reload: () => load(true),
    put: (data) => {
      turn.current += 1
      setState({ data, problem: undefined, isLoading: false })
    },
  }
}

export interface Action<Given extends readonly unknown[]> {
  /** Does it, once at a time. Resolves to whether it was done. */
  readonly run: (...given: Given) => Promise<boolean>
  readonly isRunning: boolean
  readonly problem: Problem | undefined
  readonly clear: () => void
}

/** Something that a button does: whether it runs, and why the last try failed. */
export function useAction<Given extends readonly unknown[]>(act: (...given: Given) => Promise<unknown>): Action<Given> {
  const [state, setState] = useState<{ isRunning: boolean; problem: Problem | undefined }>({
    isRunning: false,
    problem: undefined,
  })
  const running = useRef(false)
  return {
    ...state,
    run: async (...given) => {
      if (running.current) return false
      running.current = true
      setState({ isRunning: true, problem: undefined })
      try {
        await act(...given)
        setState({ isRunning: false, problem: undefined })
        return true
      } catch (error) {
        setState({ isRunning: false, problem: asProblem(error) })
        return false
      } finally {
        running.current = false
      }
    },
    clear: () => {
      setState({ isRunning: false, problem: undefined })
    },
  }
}
