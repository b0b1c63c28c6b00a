import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What `npm run lint` does not hold of the tree: no folder in which nobody finds anything, no module that is half of the service. */

const shared = join(__dirname, '..', 'shared')
const files = readdirSync(shared, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map(({ parentPath, name }) => join(parentPath, name).slice(shared.length + 1))

const grouped = (keyOf: (file: string) => string, sizeOf: (file: string) => number) => {
  const sizes = new Map<string, number>()
  for (const file of files) sizes.set(keyOf(file), (sizes.get(keyOf(file)) ?? 0) + sizeOf(file))
  return sizes
}

test('no folder holds more than twenty files side by side, tests included', () => {
  const counts = grouped((file) => file.split('/').slice(0, -1).join('/'), () => 1) // prettier-ignore
  expect([...counts].filter(([, count]) => count > 20)).toEqual([])
})

test('no module has more than 15 % of the lines', () => {
  const linesOf = (file: string) => (file.endsWith('.test.ts') ? 0 : readFileSync(join(shared, file), 'utf8').split('\n').length)
  const lines = grouped((file) => file.split('/')[0] ?? '', linesOf)
  const all = [...lines.values()].reduce((sum, one) => sum + one, 0)
  expect([...lines].filter(([, count]) => count > 0.15 * all)).toEqual([])
})
