import type { Objection } from './objections'
import type { SimulationResult } from './simulation'

/** Columns padded to their widest cell; numbers to the right. */
function table(rows: readonly (readonly (string | number)[])[]): string[] {
  const widths: number[] = []
  for (const row of rows) for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, String(cell).length)
  const pad = (cell: string | number, at: number) =>
    typeof cell === 'number' ? String(cell).padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)
  return rows.map((row) => row.map(pad).join('  ').trimEnd())
}

/** Each rule that was broken, with how often and an example. */
export function objectionLines(objections: readonly Objection[]): string[] {
  const lines = objections.flatMap(({ id, clause, sentence, count, example }) => [
    `${count} x ${id} (${clause}): ${sentence}`,
    `    first: ${example}`,
  ])
  return lines.length > 0 ? lines : ['no objections']
}

/** What a run found, as plain lines. */
export function summary(result: SimulationResult): string[] {
  const timings = result.latencies.map(({ phase, kind, requests, p50Ms, p95Ms }) => [
    phase,
    kind,
    requests,
    Math.round(p50Ms),
    Math.round(p95Ms),
  ])
  return [
    '',
    ...table([['phase', 'request', 'requests', 'p50 ms', 'p95 ms'], ...timings]),
    '',
    `requests ${result.requests}, failures ${result.failures}, throttled ${result.throttled}, ` +
      `PATCHes in the unchanged cycle ${result.patchesInUnchangedCycle}`,
    ...objectionLines(result.objections),
  ]
}
