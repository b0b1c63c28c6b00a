import { MAX_MS, type Figures } from './measure'
import type { Latencies } from './quiet'

export type Build = 'old' | 'new'
export interface Line {
  readonly key: string
  readonly name: string
  readonly figures: Partial<Record<Build, Figures>>
}

const number = (value: number | undefined): string => {
  if (value === undefined || Number.isNaN(value)) return '-'
  if (!Number.isFinite(value)) return `>${MAX_MS / 1000} s`
  return value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en')
}

function ratio(old: number | undefined, fresh: number | undefined): string {
  if (old === undefined || fresh === undefined) return '-'
  if (!Number.isFinite(fresh)) return '-'
  return Number.isFinite(old) ? `${number(old / fresh)}×` : `>${number(MAX_MS / fresh)}×`
}

const pair = ({ figures }: Line, of: (figures: Figures) => number | undefined) =>
  `${number(figures.old && of(figures.old))} / ${number(figures.new && of(figures.new))}`

const statuses = (figures: Figures | undefined) => figures?.statuses.join(' ') ?? '-'

const latencies = ({ p50, p99 }: Latencies) => `${number(p50)}, ${number(p99)}`

const quiet = (figures: Figures | undefined) =>
  figures === undefined
    ? ['-', '-', '-', '-']
    : [
        latencies(figures.unloaded),
        latencies(figures.loaded),
        `${number(figures.loaded.p99 / figures.unloaded.p99)}×`,
        latencies(figures.storage),
      ]

const memory = (figures: Figures | undefined) =>
  figures?.memory === undefined
    ? 'not measured'
    : `${number(figures.memory.before)} → ${number(figures.memory.peak)} (+${number(figures.memory.peak - figures.memory.before)})`

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** What is told as soon as a row is measured. */
export const progress = (figures: Figures): string =>
  [
    `${number(figures.ms)} ms, status ${statuses(figures)}, calls ${number(figures.calls)}, requests to storage ${number(figures.storageRequests)}`,
    `quiet p50, p99: ${latencies(figures.unloaded)} alone, ${latencies(figures.loaded)} beside, ${latencies(figures.storage)} the storage`,
    `stall ${number(figures.stallMs)} ms, MB ${memory(figures)}`,
  ].join('; ')

/** The figures of both builds as Markdown. */
export function tables(lines: readonly Line[]): string {
  const costs = lines.map((line) => {
    const { key, name, figures } = line
    return [
      `${key} ${name}`,
      number(figures.old?.ms),
      number(figures.new?.ms),
      ratio(figures.old?.ms, figures.new?.ms),
      `${statuses(figures.old)} / ${statuses(figures.new)}`,
      pair(line, ({ calls }) => calls),
      pair(line, ({ storageRequests }) => storageRequests),
      pair(line, ({ stallMs }) => stallMs),
    ]
  })
  const others = lines.map(({ key, figures }) => [key, ...quiet(figures.old), ...quiet(figures.new)])
  const resident = lines.map(({ key, figures }) => [key, memory(figures.old), memory(figures.new)])
  return [
    'Dear requests, alone; the longest event-loop stall while they are repeated',
    table(
      ['request', 'old ms', 'new ms', 'old/new', 'status', 'calls by the log', 'requests to storage', 'longest stall ms'],
      costs,
    ),
    "The quiet tenant's GET: p50, p99 in ms without load, and beside the dear request; beside it also a point read from the storage itself",
    table(
      ['request', ...['old', 'new'].flatMap((build) => [`${build} alone`, `${build} beside`, 'p99 ratio', 'storage beside'])],
      others,
    ),
    'Resident memory in MB, before and at most',
    table(['request', 'old', 'new'], resident),
  ].join('\n\n')
}
