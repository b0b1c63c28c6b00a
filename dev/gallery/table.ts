import type { Finding } from './outcome'

const HEAD = ['requirement', 'result', 'what to change']

const cells = (findings: readonly Finding[]) => [
  HEAD,
  ...findings.map(({ requirement, result, words }) => [requirement, result, words]),
]

/** The findings as lines, in columns. */
export function table(findings: readonly Finding[]): string[] {
  const rows = cells(findings)
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()) // prettier-ignore
}

/** The findings as a table of Markdown, for a submission or an issue. */
export function markdown(findings: readonly Finding[]): string[] {
  const [head = HEAD, ...rows] = cells(findings)
  const line = (row: readonly string[]) => `| ${row.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)]
}
