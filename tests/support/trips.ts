/** Trips before an operation on a tenant begins: of a setup link its row, then the settings; a key and the tenant are remembered. */
export const OPENING = { link: 2, product: 1 } as const

/**
 * The fewest trips of several runs, until one takes as few as are wanted. Two chains of calls side by side count as many
 * trips as the longer one, and more when a busy machine lets one end before the other goes on; never fewer.
 */
export async function fewestTrips(wanted: number, tripsOf: () => Promise<unknown>): Promise<number> {
  let fewest = Infinity
  for (let run = 0; run < 10 && fewest > wanted; run += 1) fewest = Math.min(fewest, Number(await tripsOf()))
  return fewest
}
