/** So many slugs that this instance does not know it looks up at once, and then each second. */
const BURST = 200
const PER_SECOND = 50
/** A tenant that another instance makes during a flood is seen after this time at the latest. */
const LIST_AGE_MS = 10_000

/**
 * Whether a slug that this instance does not know is worth a look-up of its own, which costs a storage read: strangers can invent as
 * many as they like.
 *
 * Beyond one bucket for the whole instance, the list of all tenants decides, which is read at most once in 10 s, a trip for each 1,000
 * tenants. So strangers cannot keep a customer out, not even on an instance that has just started and knows nobody: a slug that is
 * in the list is always looked up. The others get what an unknown tenant gets, without a read. A bucket alone would have to
 * answer 503 to both, and a flood of 1,000 slugs a second would leave a customer one request in twenty.
 * @throws what listing threw
 */
export function unknownSlugs(list: () => Promise<readonly string[]>, now: () => number): (slug: string) => Promise<boolean> {
  let tokens = BURST
  let filledAt = now()
  let listed: { readonly slugs: Promise<ReadonlySet<string>>; readonly at: number } | undefined

  function takeToken(): boolean {
    const at = now()
    tokens = Math.min(BURST, tokens + (Math.max(0, at - filledAt) / 1000) * PER_SECOND)
    filledAt = at
    if (tokens < 1) return false
    tokens -= 1
    return true
  }

  async function isListed(slug: string): Promise<boolean> {
    const at = now()
    if (listed === undefined || at - listed.at > LIST_AGE_MS) listed = { slugs: list().then((slugs) => new Set(slugs)), at }
    const mine = listed
    try {
      return (await mine.slugs).has(slug)
    } catch (error) {
      if (listed === mine) listed = undefined
      throw error
    }
  }

  return async (slug) => takeToken() || isListed(slug)
}
