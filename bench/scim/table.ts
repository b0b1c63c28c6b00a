import type { Figures, Spent } from './measure'
import { NAMES, type Name } from './options'
import type { Row } from './row'

export interface Line {
  readonly row: Row
  readonly figures: Partial<Record<Name, Figures>>
}

const number = (value: number | undefined): string => {
  if (value === undefined || !Number.isFinite(value)) return '-'
  if (value < 10) return value.toFixed(2)
  return value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString('en')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** How fast the first is beside the second: above 1 it is the faster one, whether the row tells a rate or a time. */
function speed({ unit }: Row, first: Figures | undefined, second: Figures | undefined): string {
  if (first === undefined || second === undefined) return '-'
  return number(unit === 'ms' ? second.value / first.value : first.value / second.value)
}

const nameOf = ({ key, name, unit }: Row) => `${key} ${name}, ${unit === 'ms' ? 'p50 in ms' : unit}`

const each = ({ figures }: Line, of: (figures: Figures) => number | undefined) =>
  NAMES.map((name) => number(figures[name] && of(figures[name])))

/** What is told as soon as a contender had its turn. */
export function progress({ unit }: Row, { value, spent, later, wrong }: Figures): string {
  const worked = `processor ${number(spent.processorMs)} ms, later ${number(later?.processorMs)}`
  const asked = `requests to the storage ${number(spent.storageRequests)}, later ${number(later?.storageRequests)}`
  return `${number(value)} ${unit}; ${worked}; ${asked}; wrong ${wrong}`
}

/** The figures of all contenders as Markdown. */
export function tables(lines: readonly Line[]): string {
  const speeds = lines.map((line) => {
    const { old, bare, new: fresh } = line.figures
    const wrong = NAMES.map((name) => line.figures[name]?.wrong ?? '-').join(' / ')
    const values = each(line, ({ value }) => value)
    return [nameOf(line.row), ...values, speed(line.row, fresh, bare), speed(line.row, fresh, old), wrong]
  })
  return [
    'Speed; of `new/bare` and `new/old` more is faster',
    table(['row', ...NAMES, 'new/bare', 'new/old', `wrong ${NAMES.join(' / ')}`], speeds),
    'Processor milliseconds of the server for each request until the last answer, then what it works until it is quiet',
    spending(lines, ({ processorMs }) => processorMs),
    'HTTP requests to the storage for each request until the last answer, then until it is quiet',
    spending(lines, ({ storageRequests }) => storageRequests),
  ].join('\n\n')
}

function spending(lines: readonly Line[], of: (spent: Spent) => number | undefined): string {
  const rows = lines.map((line) => {
    const { old, bare, new: fresh } = line.figures
    const later = [old, fresh].map((figures) => number(figures?.later && of(figures.later)))
    const ratio = fresh && bare && (of(fresh.spent) ?? Number.NaN) / (of(bare.spent) ?? Number.NaN)
    return [line.row.key, ...each(line, ({ spent }) => of(spent)), number(ratio), ...later]
  })
  return table(['row', ...NAMES, 'new/bare', 'old later', 'new later'], rows)
}
