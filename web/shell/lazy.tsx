import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Button } from '../ui/button'
import { Skeleton } from '../ui/loaded'
import { Notice } from '../ui/notice'

/** A part of the console whose script comes when it is first asked for. */
export interface Lazy<Props> {
  /** Shows it as soon as it is there. */
  readonly Part: ComponentType<Props>
  /** Has it come, unless it is there or under way. Never rejects: whoever shows it is told. */
  readonly fetch: () => Promise<void>
}

/** @param load what imports the part: `() => import('./page').then(({ Page }) => Page)` */
export function lazy<Props extends object>(load: () => Promise<ComponentType<Props>>): Lazy<Props> {
  let held: ComponentType<Props> | undefined
  let coming: Promise<void> | undefined
  const fetch = () =>
    (coming ??= load().then(
      (part) => {
        held = part
      },
      () => {
        coming = undefined
      },
    ))
  function Part(props: Props) {
    const [isTried, setTried] = useState(held !== undefined)
    useEffect(() => {
      // Also when it came since this was drawn: nothing else would draw it again.
      if (!isTried) void fetch().then(() => setTried(true))
    }, [])
    const Held = held
    if (Held !== undefined) return <Held {...props} />
    return isTried ? <Missing /> : <Skeleton rows={6} />
  }
  return { Part, fetch }
}

/** A browser may remember for the life of the page that a script did not come, and an upgrade gives all scripts other names. */
function Missing() {
  const reload = (
    <Button size="small" icon="refresh" onClick={() => location.reload()}>
      Load the console anew
    </Button>
  )
  return (
    <Notice kind="error" title="This page could not be loaded" action={reload}>
      Rollcall was upgraded while the console was open, or the connection broke. You stay signed in.
    </Notice>
  )
}
