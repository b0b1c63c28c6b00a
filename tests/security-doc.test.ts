import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** docs/security.md says of each thing that an attacker cannot do which test shows it. */

const docs = join(__dirname, '../docs')
const text = readFileSync(join(docs, 'security.md'), 'utf8')
const named = [...text.matchAll(/\]\((\.\.\/[^)]+)\)(?:: "([^"]+)")?/g)].map(([, file = '', title]) => ({ file, title }))

test('every row of what somebody cannot do names a test', () => {
  const section = text.split('\n## ').find((one) => one.startsWith('What an attacker')) ?? ''
  const rows = section.split('\n').filter((line) => /^\| (?!who has)/.test(line))
  const cells = rows.map((row) => row.split('|').map((cell) => cell.trim()))
  const limits = cells.filter(([, , , cannot]) => cannot !== '')
  expect(limits.length).toBeGreaterThan(15)
  for (const [, , , cannot, shownBy] of limits)
    expect([cannot, shownBy]).toEqual([cannot, expect.stringMatching(/^\[[\w-]+\]\([^)]+\): "/)])
})

test.each(named.filter(({ title }) => title !== undefined))('$file holds $title', ({ file, title = '' }) => {
  const lines = readFileSync(join(docs, file), 'utf8').split('\n')
  // A title of test() or of test.each(), which may stand behind a table.
  const titles = lines.filter((line) => /^\s*(test\(|.*\]\)\(|)['"`]/.test(line))
  expect(titles.filter((line) => line.includes(title))).toHaveLength(1)
})
