import { numbers } from '../bounds/row'
import { startContender, type Builds, type Contender, type Parts } from './contender'
import { largeRows } from './large-rows'
import { medians, takeTurn, type Figures } from './measure'
import { readOptions, type Name, type Options } from './options'
import { LARGE, slugOf, type Row } from './row'
import { syncRows } from './sync-rows'
import { progress, tables } from './table'

/** Before anything counts, code that runs often is compiled. */
const WARM_PEOPLE = 150

/** Answers with the exit code: 1 when this checkout gave a wrong answer. @param args as bench/README.md tells */
export async function main(args: readonly string[], parts: Parts, builds: Builds): Promise<number> {
  const options = readOptions(args)
  const rows = wantedRows(options)
  const slugs = [LARGE, ...numbers(options.rounds + 1).map(slugOf)]
  const contenders: Contender[] = []
  try {
    for (const name of options.only) contenders.push(await startContender(name, parts, builds, slugs))
    await Promise.all(contenders.map(warm))
    const measured = new Map<Row, Partial<Record<Name, Figures>>>()
    for (const row of rows.toSorted((a, b) => a.needs - b.needs))
      measured.set(row, await measureRow(row, contenders, options.rounds))
    console.log(tables(rows.map((row) => ({ row, figures: measured.get(row) ?? {} }))))
    const wrong = [...measured.values()].reduce((sum, figures) => sum + (figures.new?.wrong ?? 0), 0)
    if (wrong > 0) console.log(`\n${wrong} answers of this checkout were wrong.`)
    return wrong > 0 ? 1 : 0
  } finally {
    await Promise.all(contenders.map((contender) => contender.stop()))
  }
}

async function warm(contender: Contender): Promise<void> {
  for (const row of syncRows(WARM_PEOPLE)) await takeTurn(contender, row, 0)
}

/** @throws Error for a row that is not there */
function wantedRows(options: Options): readonly Row[] {
  const all = [...syncRows(options.people), ...largeRows(options)]
  const { rows = all.map(({ key }) => key) } = options
  for (const wanted of rows) {
    if (!all.some(({ key }) => key.startsWith(wanted)))
      throw new Error(`There is no row ${wanted}; there are ${all.map(({ key }) => key).join(', ')}.`)
  }
  return all.filter(({ key }) => rows.some((wanted) => key.startsWith(wanted)))
}

/** In turns, so that what else the machine does hits all of them alike. */
async function measureRow(row: Row, contenders: readonly Contender[], rounds: number): Promise<Partial<Record<Name, Figures>>> {
  const turns = new Map<Name, Figures[]>(contenders.map(({ name }) => [name, []]))
  console.error(`${row.key} ${row.name}`)
  await Promise.all(contenders.map((contender) => row.prepare(contender, 1))) // to fill large directories side by side is faster
  for (let round = 1; round <= rounds; round += 1) {
    for (const contender of contenders) {
      const figures = await takeTurn(contender, row, round)
      turns.get(contender.name)?.push(figures)
      console.error(`  ${contender.name}: ${progress(row, figures)}`)
    }
  }
  return Object.fromEntries([...turns].map(([name, all]) => [name, medians(all)]))
}
