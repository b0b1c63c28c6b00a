import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Icon } from './icons'

const CHANGED = 'rollcall:said'
const SHOWN_MS = 4000
let said = ''
let timer: ReturnType<typeof setTimeout> | undefined

function say(text: string): void {
  said = text
  tellToasts()
}

/** Says that something was done: shown for a moment, and read out. */
export function announce(text: string): void {
  clearTimeout(timer)
  say(text)
  timer = setTimeout(() => say(''), SHOWN_MS)
}

/** For a dialog that opens or closes: what is said is said in front. */
export function tellToasts(): void {
  window.dispatchEvent(new Event(CHANGED))
}

/**
 * Where announcements appear: in the page, and in each dialog, since what lies behind an open dialog is neither seen well nor read
 * out. Only the one in front shows them.
 */
export function Toasts() {
  const place = useRef<HTMLDivElement>(null)
  const [text, setText] = useState('')
  useLayoutEffect(() => {
    const show = () => {
      const front = [...document.querySelectorAll('dialog[open]')].at(-1) ?? null
      setText(place.current?.closest('dialog') === front ? said : '')
    }
    show()
    window.addEventListener(CHANGED, show)
    return () => {
      window.removeEventListener(CHANGED, show)
    }
  }, [])
  return (
    <div class="toasts" role="status" aria-live="polite" ref={place}>
      {text !== '' && (
        <div class="toast">
          <Icon name="checkCircle" />
          {text}
        </div>
      )}
    </div>
  )
}
