import { useEffect, useRef, useState } from 'preact/hooks'

interface Drag {
  readonly from: number
  /** Before which entry it would come; the number of entries: behind the last. */
  readonly slot: number
}

/** So near to an edge of the window the page scrolls along, in pixels. */
const EDGE = 70
const SCROLL_STEP = 14

/**
 * Moves an entry of a list by a pointer: the others stay where they are, and a line says where it would go. Escape lets it go. What
 * a keyboard does instead is the buttons' part.
 */
export function useDrag(list: { readonly current: HTMLElement | null }, onMove: (from: number, to: number) => void) {
  const [drag, setDrag] = useState<Drag>()
  const ending = useRef<AbortController | undefined>(undefined)
  useEffect(() => () => ending.current?.abort(), [])

  function start(from: number, event: PointerEvent): void {
    if (event.button !== 0) return
    event.preventDefault()
    let slot = from
    const end = new AbortController()
    ending.current = end
    const listen = <Name extends keyof WindowEventMap>(name: Name, hear: (event: WindowEventMap[Name]) => void) =>
      window.addEventListener(name, hear, { signal: end.signal })
    const finish = () => {
      end.abort()
      setDrag(undefined)
    }
    listen('pointermove', ({ clientY }) => {
      slot = slotAt(list.current, clientY)
      setDrag({ from, slot })
      if (clientY < EDGE) window.scrollBy(0, -SCROLL_STEP)
      if (clientY > window.innerHeight - EDGE) window.scrollBy(0, SCROLL_STEP)
    })
    listen('pointerup', () => {
      finish()
      onMove(from, slot > from ? slot - 1 : slot)
    })
    listen('pointercancel', finish)
    listen('keydown', ({ key }) => {
      if (key === 'Escape') finish()
    })
    setDrag({ from, slot })
  }
  return {
    start,
    classOf: (index: number, count: number): string => {
      if (drag === undefined) return ''
      if (index === drag.from) return 'rule-dragged'
      if (index === drag.slot) return 'rule-line-above'
      return index === count - 1 && drag.slot === count ? 'rule-line-below' : ''
    },
  }
}

function slotAt(list: HTMLElement | null, y: number): number {
  const entries = [...(list?.children ?? [])]
  return entries.filter((entry) => {
    const { top, height } = entry.getBoundingClientRect()
    return top + height / 2 < y
  }).length
}
