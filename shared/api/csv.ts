import type { ApiReply } from './operation'

export type Cell = string | number | boolean | undefined

/** What a spreadsheet takes for the beginning of a formula, in half and full width. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/

/** Where a list of the country is parted by semicolons, Excel begins a cell behind one, quotes or not. */
const FORMULA_BEHIND_SEPARATOR = /([;\t\r\n] *)(?=[=+\-@＝＋－＠])/g

/** One line of RFC 4180. An apostrophe goes before what would be a formula: names come from strangers. */
const csvLine = (cells: readonly Cell[]) => `${cells.map(quoted).join(',')}\r\n`

function quoted(cell: Cell): string {
  const text = cell === undefined ? '' : String(cell)
  const plain = (FORMULA.test(text) ? `'${text}` : text).replaceAll(FORMULA_BEHIND_SEPARATOR, "$1'")
  return `"${plain.replaceAll('"', '""')}"`
}

/** Spreadsheets take a file without it for one in a local code page. */
const BYTE_ORDER_MARK = '\uFEFF'

/** A download, sent page by page. The first page is read before the answer begins, so that a failure is still told as one. */
export async function csvReply(
  fileName: string,
  header: readonly string[],
  pages: AsyncGenerator<readonly (readonly Cell[])[]>,
): Promise<ApiReply> {
  const first = await pages.next()
  return {
    status: 200,
    headers: {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="${fileName}"`,
    },
    text: textOf(header, first.done === true ? [] : first.value, pages),
  }
}

async function* textOf(
  header: readonly string[],
  first: readonly (readonly Cell[])[],
  others: AsyncIterable<readonly (readonly Cell[])[]>,
): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK + csvLine(header) + first.map(csvLine).join('')
  for await (const page of others) yield page.map(csvLine).join('')
}
