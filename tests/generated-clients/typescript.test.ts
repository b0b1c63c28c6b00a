import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { emptyFolder, run, startWorld, toldByAll } from './world'

/** Type-checked against the clients: names, and what may be absent. */
const PROGRAM = `
import { client as manage } from './manage/client.gen'
import { downloadPeople, readPerson } from './manage'
import { client as product } from './product/client.gen'
import { listPeopleForProduct } from './product'

const { tenant, token, key } = JSON.parse(process.argv[2] ?? '') as { tenant: string; token: string; key: string }
manage.setConfig({ auth: token })
product.setConfig({ auth: key })

const { data: file } = await downloadPeople({ path: { tenant }, parseAs: 'blob' })
const csv = (await file?.text()) ?? ''
let after: string | undefined
let seq: number | undefined
let people = 0
do {
  const { data: page, error } = await listPeopleForProduct({ path: { tenant }, query: { limit: 200, ...(after !== undefined && { after }) } })
  if (page === undefined) throw new Error(error.detail)
  people += page.items.filter(({ grantsAccess }) => typeof grantsAccess === 'boolean').length
  seq = page.seq
  after = page.next
} while (after !== undefined)
const { error } = await readPerson({ path: { tenant, id: 'nobody' } })
const told = {
  csvLines: csv.trimEnd().split('\\r\\n').length, csvBegins: csv.slice(0, 29), csvEnds: csv.endsWith('\\r\\n'),
  people, seq: (seq ?? 0) > 0, refused: error?.detail,
}
console.log(JSON.stringify(told))
`

const OPTIONS = {
  compilerOptions: {
    strict: true,
    target: 'es2022',
    module: 'esnext',
    moduleResolution: 'bundler',
    lib: ['es2023', 'dom', 'dom.iterable'],
    types: ['node'],
    noEmit: true,
    skipLibCheck: true,
  },
}

test('TypeScript clients by hey-api compile, and read a CSV of 300 people whole', async () => {
  const world = await startWorld()
  try {
    const folder = emptyFolder('typescript')
    writeFileSync(join(folder, 'program.ts'), PROGRAM)
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(OPTIONS))
    const generate = join(__dirname, 'hey-api.mjs')
    await run(process.execPath, [generate, folder, `manage=${world.manage}`, `product=${world.product}`])
    await run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', folder])
    const outfile = join(folder, 'program.mjs')
    await run('node_modules/.bin/esbuild', [
      join(folder, 'program.ts'),
      '--bundle',
      '--platform=node',
      '--format=esm',
      `--outfile=${outfile}`,
    ])
    expect(JSON.parse(await run(process.execPath, [outfile, JSON.stringify(world.given)]))).toEqual(toldByAll)
  } finally {
    await world.close()
  }
}, 120_000)
