import { parseArgs } from 'node:util'
import { startWorld, type Places } from '../service/world'
import { measure, type Figures } from './measure'
import { otherRows } from './other-rows'
import { readRows } from './read-rows'
import type { Row } from './row'
import { progress, tables, type Build } from './table'
import { writeRows } from './write-rows'

const QUIET = 'quiet'
const ROWS = [...writeRows, ...readRows, ...otherRows].toSorted((a, b) => (a.key < b.key ? -1 : 1))

/** @param bundles functions/index.js of each build. Answers with the exit code: 1 when the new build broke a promise. */
export async function main(
  args: readonly string[],
  places: Omit<Places, 'bundle'>,
  bundles: Partial<Record<Build, string>>,
): Promise<number> {
  const rows = wantedRows(args)
  const measured = new Map<Build, Map<string, Figures>>()
  for (const build of ['old', 'new'] as const) {
    const bundle = bundles[build]
    if (bundle !== undefined) measured.set(build, await measureBuild(build, { ...places, bundle }, rows))
  }
  const lines = rows.map(({ key, name }) => {
    const of = (build: Build) => {
      const figures = measured.get(build)?.get(key)
      return figures === undefined ? {} : { [build]: figures }
    }
    return { key, name, figures: { ...of('old'), ...of('new') } }
  })
  console.log(tables(lines))
  const broken = lines.filter(({ figures }) => (figures as Partial<Record<Build, Figures>>).new?.isBroken === true)
  for (const { key } of broken) console.log(`\n${key}: the new build broke a connection, answered 500 or took too long.`)
  return broken.length > 0 ? 1 : 0
}

/** @throws Error for a row that is not there */
function wantedRows(args: readonly string[]): readonly Row[] {
  const { values } = parseArgs({ args: [...args], options: { only: { type: 'string' }, rows: { type: 'string' } } })
  if (values.rows === undefined) return ROWS
  return values.rows.split(',').map((key) => {
    const row = ROWS.find((one) => one.key === key)
    if (row === undefined) throw new Error(`There is no row ${key}; there are ${ROWS.map((one) => one.key).join(', ')}.`)
    return row
  })
}

async function measureBuild(build: Build, places: Places, rows: readonly Row[]): Promise<Map<string, Figures>> {
  const world = await startWorld(places, [QUIET, ...rows.map(({ key }) => `busy-${key}`)])
  const measured = new Map<string, Figures>()
  try {
    const { id } = await world.make(QUIET)('POST', '/Users', { userName: 'quiet' })
    const quiet = { method: 'GET', path: `/scim/${QUIET}/Users/${String(id)}`, headers: world.scim(QUIET) }
    for (const row of rows) {
      console.error(`${build}: ${row.key} ${row.name}`)
      const figures = await measure(world, row, quiet)
      console.error(`  ${progress(figures)}`)
      measured.set(row.key, figures)
    }
  } finally {
    await world.stop()
  }
  return measured
}
