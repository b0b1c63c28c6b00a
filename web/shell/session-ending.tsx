import { useEffect, useState } from 'preact/hooks'
import { Notice } from '../ui/notice'
import { Time } from '../ui/time'

const WARNED_BEFORE_MS = 10 * 60_000
const LOOK_EVERY_MS = 15_000

/** From ten minutes before the end. */
export function SessionEnding({ expires }: { readonly expires: string }) {
  const [isNear, setNear] = useState(false)
  useEffect(() => {
    const look = () => setNear(Date.parse(expires) - Date.now() < WARNED_BEFORE_MS)
    look()
    const timer = setInterval(look, LOOK_EVERY_MS)
    return () => clearInterval(timer)
  }, [expires])
  if (!isNear) return null
  return (
    <Notice kind="warning" title="Your session ends soon">
      It ends <Time at={expires} />. Save what you are at; your setup link opens another session, as long as the link lives.
    </Notice>
  )
}
