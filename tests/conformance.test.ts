import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** docs/conformance.md names a test for each clause; both the clauses and the tests have to be there. So have those that its sisters name. */

const root = join(__dirname, '..')
const textOf = (path: string) => readFileSync(join(root, path), 'utf8')

interface Named {
  readonly file: string
  readonly title: string
}
interface Row {
  readonly section: string
  readonly clause: string
  readonly does: string
  readonly tests: readonly Named[]
}

const rows = textOf('docs/conformance.md')
  .split(/^## /m)
  .filter((part) => /^\d/.test(part))
  .flatMap((part) => {
    const [heading = '', ...lines] = part.split('\n')
    const cells = lines.filter((line) => line.startsWith('| ')).map((line) => line.slice(2, -2).split(' | '))
    return cells
      .slice(1)
      .map(([clause = '', does = '', tests = '']): Row => ({ section: heading, clause, does, tests: namedIn(tests) }))
  })

/** `[x.test.ts](../tests/x.test.ts): a title; another` is a file with titles in backticks. */
function namedIn(cell: string): Named[] {
  return cell.split('<br>').flatMap((part) => {
    const [, file = '', titles = ''] = /\]\(\.\.\/([^)]+)\): (.+)$/.exec(part) ?? []
    return [...titles.matchAll(/`([^`]+)`/g)].map(([, title = '']) => ({ file, title }))
  })
}

/** Names of steps of a scenario, or everything in quotes at the beginning of a line of a test: titles and rows of tables. */
function titlesIn(file: string): (title: string) => boolean {
  if (file.endsWith('.json')) {
    const { steps } = JSON.parse(textOf(file)) as { steps: { name: string }[] }
    return (title) => steps.some(({ name }) => name === title)
  }
  const lines = textOf(file)
    .split('\n')
    .map((line) => line.replaceAll(String.raw`\'`, "'"))
  return (title) =>
    lines.some((line) => /^ *[['"`\])(.td]/.test(line) && ["'", '"', '`'].some((quote) => line.includes(quote + title + quote)))
}

const plain = (text: string) => text.replaceAll(/\s+/g, ' ').replace(/\.$/, '').trim()
const section = (text: string, number: string) =>
  text.split(/^#{2,3} /m).find((part) => part.startsWith(`${number} `) || part.startsWith(`${number}. `)) ?? ''
const firstCells = (text: string) =>
  text
    .split('\n')
    .filter((line) => /^\| [^-]/.test(line))
    .slice(1)
    .map((line) => plain(line.split(' | ')[0]?.slice(2) ?? ''))

const facts = textOf('docs/entra-facts.md')
const wanted = ['4.5', '4.6', ...Array.from({ length: 15 }, (_, i) => `6.${i + 1}`), '9']

test.each(wanted)('section %s of the facts has its clauses here', (number) => {
  expect(section(facts, number)).not.toBe('')
  const found = rows.filter((row) => row.section.startsWith(`${number} `))
  expect(found.length).toBeGreaterThan(1)
})

test('each row of the tables of 6.9 and 9 is a clause', () => {
  const clauses = [...firstCells(section(facts, '6.9')), ...firstCells(section(facts, '9'))].map(plain)
  expect(clauses.length).toBeGreaterThan(15)
  expect(clauses.filter((clause) => !rows.some((row) => plain(row.clause) === clause))).toEqual([])
})

test('each clause says what happens and names a test', () => {
  expect(rows.filter(({ does, tests }) => does.trim() === '' || tests.length === 0)).toEqual([])
})

test.each([
  ['docs/conformance.md', 200],
  ['docs/gallery.md', 30],
  ['docs/ipsie.md', 20],
  ['docs/field-book.md', 120],
])('each test that %s names exists, and there are more than %i', (page, least) => {
  const lines = textOf(page)
    .split('\n')
    .filter((line) => line.startsWith('| '))
  const named = lines.flatMap((line) => namedIn(line.slice(2, -2).split(' | ').at(-1) ?? ''))
  expect(named.length).toBeGreaterThan(least)
  const files = new Map(
    [...new Set(named.map(({ file }) => file))]
      .filter((file) => existsSync(join(root, file)))
      .map((file) => [file, titlesIn(file)]),
  )
  expect(named.filter(({ file, title }) => files.get(file)?.(title) !== true)).toEqual([])
})

test('each row of the field book is whole and names a test', () => {
  const tables = textOf('docs/field-book.md')
    .split(/\n\n/)
    .filter((part) => part.startsWith('| '))
  expect(tables.length).toBeGreaterThan(8)
  for (const table of tables) {
    const [head = [], , ...found] = table
      .trim()
      .split('\n')
      .map((line) => line.slice(2, -2).split(' | '))
    for (const row of found) {
      expect([row[0], row.length, row.every((cell) => cell.trim() !== '')]).toEqual([row[0], head.length, true])
      expect(namedIn(row.at(-1) ?? '')).not.toEqual([])
    }
  }
})

test('each section of the RFCs that is listed points to clauses', () => {
  const lines = textOf('docs/conformance.md')
    .split('\n')
    .filter((line) => /^\| RFC \d{4} /.test(line))
  expect(lines.length).toBeGreaterThan(40)
  const pointers = lines.flatMap((line) => (line.slice(0, -2).split(' | ').at(-1) ?? '').split(',').map((one) => one.trim()))
  expect(pointers.filter((number) => !rows.some((row) => row.section.startsWith(`${number} `)))).toEqual([])
})
