import { startAzuriteTables } from '../../dev/host/azurite-tables'
import { connectTables } from '../../shared/storage/connect'
import { measure, type Figures } from './measure'

const WORDS = {
  first: 'first copy of everybody',
  unchanged: 'sweep, nothing differs',
  turn: 'a turn, one person changed',
} as const

/** @param args few and many people, and the number of targets */
export async function main(args: readonly string[], azurite: string): Promise<void> {
  const [few = 400, many = 1_600, targets = 1] = args.map(Number)
  const tables = await startAzuriteTables(azurite, undefined)
  try {
    const connected = connectTables({ connectionString: tables.connectionString, timeoutMs: 60_000 })
    const small = await measure(connected, { name: 'few', people: few, targets })
    const large = await measure(connected, { name: 'many', people: many, targets })
    console.log(`${few} and ${many} people, targets: ${targets}, one of ten has a namesake in each target`)
    for (const part of ['first', 'unchanged'] as const) {
      console.log(`${WORDS[part]}: ${perPerson(small[part], few)}; ${perPerson(large[part], many)}`)
      const ratio = (of: (figures: Figures) => number) => (of(large[part]) / many / (of(small[part]) / few)).toFixed(2)
      console.log(
        `  for each person with ${many}, by that with ${few}: trips ${ratio(tripsOf)}, calls ${ratio(callsOf)}, time ${ratio(msOf)}`,
      )
    }
    console.log(
      `${WORDS.turn}: trips ${small.turn.trips} and ${large.turn.trips}, calls ${small.turn.calls} and ${large.turn.calls}`,
    )
  } finally {
    await tables.stop()
  }
}

const tripsOf = ({ trips }: Figures) => trips
const callsOf = ({ calls }: Figures) => calls
const msOf = ({ ms }: Figures) => ms

const perPerson = ({ trips, calls, ms }: Figures, people: number) =>
  `${(trips / people).toFixed(2)} trips, ${(calls / people).toFixed(1)} calls for each, ${Math.round(people / (ms / 1000))} people/s`
