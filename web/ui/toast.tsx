import { useEffect, useState } from 'preact/hooks'
import { Icon } from './icons'

const SAID = 'rollcall:said'
const SHOWN_MS = 4000

/** Says that something was done: shown for a moment, and read out. */
export function announce(text: string): void {
  window.dispatchEvent(new CustomEvent<string>(SAID, { detail: text }))
}

/** Where announcements appear; one for the page. */
export function Toasts() {
  const [text, setText] = useState('')
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const show = (event: Event) => {
      clearTimeout(timer)
      setText((event as CustomEvent<string>).detail)
      timer = setTimeout(() => {
        setText('')
      }, SHOWN_MS)
    }
    window.addEventListener(SAID, show)
    return () => {
      window.removeEventListener(SAID, show)
      clearTimeout(timer)
    }
  }, [])
  return (
    <div class="toasts" role="status" aria-live="polite">
      {text !== '' && (
        <div class="toast">
          <Icon name="checkCircle" />
          {text}
        </div>
      )}
    </div>
  )
}
