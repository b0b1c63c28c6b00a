/** Whether a key's turn has come: at most one in an interval. Beyond maxKeys it forgets, and everybody has a turn again. */
export function atMostEvery(intervalMs: number, maxKeys: number): (key: string) => boolean {
  const last = new Map<string, number>()
  return (key) => {
    const now = performance.now()
    if (now - (last.get(key) ?? Number.NEGATIVE_INFINITY) < intervalMs) return false
    if (last.size >= maxKeys) last.clear()
    last.set(key, now)
    return true
  }
}
