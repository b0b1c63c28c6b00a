import { execFile, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { buildSync } from 'esbuild'
import { strFromU8, unzipSync } from 'fflate'
import lock from '../package-lock.json'
import manifest from '../package.json'
import { filtered, patchOf, send } from './support/service'

const root = join(__dirname, '..')
const script = join(root, 'dev', 'package.mjs')
const run = promisify(execFile)
const work = mkdtempSync(join(tmpdir(), 'rollcall-package-test-'))

interface Component {
  readonly name: string
  readonly version: string
  readonly licenses: readonly { readonly license?: { readonly id: string }; readonly expression?: string }[]
}
interface Sbom {
  readonly metadata: { readonly component: Component & { readonly hashes: readonly { readonly content: string }[] } }
  readonly components: readonly Component[]
}

interface Made {
  readonly zip: Buffer
  readonly entries: Record<string, Uint8Array>
  readonly sbom: string
  readonly stdout: string
}

async function made(folder: string, env: Record<string, string> = {}): Promise<Made> {
  const { stdout } = await run(process.execPath, [script, '--out', folder], { env: { ...process.env, ...env } })
  const zip = readFileSync(join(folder, 'rollcall.zip'))
  return { zip, entries: unzipSync(zip), sbom: readFileSync(join(folder, 'rollcall.cdx.json'), 'utf8'), stdout }
}

let first: Made
let bundle: string
let sbom: Sbom
beforeAll(async () => {
  first = await made(join(work, 'first'))
  bundle = strFromU8(first.entries['dist/functions/index.js'] ?? new Uint8Array())
  sbom = JSON.parse(first.sbom) as Sbom
}, 60_000)

const children: ChildProcess[] = []
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(work, { recursive: true })
})

/** Puts the package alone into a folder and serves it in a process that knows nothing of this repository. */
async function servedPackage(tenant: string, token: string): Promise<string> {
  const app = join(work, 'app')
  for (const [path, bytes] of Object.entries(first.entries)) {
    mkdirSync(join(app, dirname(path)), { recursive: true })
    writeFileSync(join(app, path), bytes)
  }
  const host = join(work, 'host', 'serve-package.js')
  buildSync({
    entryPoints: [join(__dirname, 'support', 'serve-package.ts')],
    outfile: host,
    bundle: true,
    platform: 'node',
    external: ['@azure/functions-core'],
    logLevel: 'error',
  })
  const env = {
    TABLES_CONNECTION_STRING: process.env['TEST_TABLES_CONNECTION_STRING'] ?? '',
    LOCAL_TENANT_TOKENS: JSON.stringify({ [tenant]: token }),
  }
  const child = spawn(process.execPath, [host, app], { cwd: app, env, stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const ended = once(child, 'close').then(() => {
    throw new Error(`The package did not start: ${errors}`)
  })
  const [port] = (await Promise.race([once(child.stdout, 'data'), ended])) as [Buffer]
  return `http://localhost:${port.toString().trim()}/scim/${tenant}`
}

test('the package, alone in a folder, serves SCIM', async () => {
  const url = await servedPackage('packaged', 'token-of-packaged')
  const ask = (method: string, path: string, body?: unknown) =>
    send(url + path, { method, body, headers: { authorization: 'Bearer token-of-packaged' } })

  const probe = await ask('GET', `/Users${filtered('userName eq "4ba8e6c1-94f6-4b1d-9c27-8f1f1a3c5b0e"')}`)
  expect(probe).toMatchObject({ status: 200, body: { totalResults: 0 } })
  const created = await ask('POST', '/Users', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: 'ann@example.invalid',
    active: true,
  })
  expect(created.status).toBe(201)
  const path = `/Users/${String(created.body['id'])}`
  expect((await ask('PATCH', path, patchOf({ op: 'Replace', path: 'active', value: 'False' }))).status).toBe(200)
  expect(await ask('GET', path)).toMatchObject({ status: 200, body: { userName: 'ann@example.invalid', active: false } })
  expect((await send(`${url}/Users`, { method: 'GET', headers: { authorization: 'Bearer other-token' } })).status).toBe(401)
}, 60_000)

test('the zip holds the host’s settings, a short package.json and the bundle, and nothing else', () => {
  expect(Object.keys(first.entries).sort()).toEqual(['dist/functions/index.js', 'host.json', 'package.json'])
  expect(strFromU8(first.entries['host.json']!)).toBe(readFileSync(join(root, 'host.json'), 'utf8'))
  expect(JSON.parse(strFromU8(first.entries['package.json']!))).toEqual({
    name: manifest.name,
    version: manifest.version,
    main: manifest.main,
    type: manifest.type,
    engines: manifest.engines,
  })
})

test('a second build on a clock elsewhere gives the same bytes', async () => {
  const second = await made(join(work, 'second'), { TZ: 'Pacific/Kiritimati' })
  expect(second.zip.equals(first.zip)).toBe(true)
  expect(second.sbom).toBe(first.sbom)
}, 60_000)

test('the bundle requires only what Node brings and what the Functions worker brings, and names no source map', () => {
  const file = join(work, 'first', 'index.js')
  writeFileSync(file, bundle)
  const options = {
    bundle: true,
    platform: 'node',
    packages: 'external',
    metafile: true,
    write: false,
    logLevel: 'error',
  } as const
  const { metafile } = buildSync({ ...options, entryPoints: [file], outdir: work })
  const required = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path))
  expect(required).toContain('node:crypto')
  expect([...new Set(required.filter((name) => !isBuiltin(name)))]).toEqual(['@azure/functions-core'])
  expect(bundle).not.toContain('sourceMappingURL')
})

type LockEntry = { readonly version?: string; readonly license?: string; readonly dev?: boolean } | undefined
const locked = (name: string) => (lock.packages as Record<string, LockEntry>)[`node_modules/${name}`]
const licenseOf = ({ licenses }: Component) => licenses.map(({ license, expression }) => license?.id ?? expression).join()

test('the bill of materials has name, version and license of each package in the bundle', () => {
  // esbuild writes the file's path as a comment before its code.
  const paths = [...bundle.matchAll(/^\s*\/\/ node_modules\/((?:@[^/\n]+\/)?[^/\n]+)\//gm)].map(([, name = '']) => name)
  expect(sbom.components.map(({ name }) => name).sort()).toEqual([...new Set(paths)].sort())
  for (const component of sbom.components) {
    const { version, license } = locked(component.name) ?? {}
    expect({ ...component, license: licenseOf(component) }).toMatchObject({ version, license })
  }
})

test('the bill of materials has every dependency of production and none of development', () => {
  const names = sbom.components.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(Object.keys(manifest.dependencies)))
  expect(names.filter((name) => name in manifest.devDependencies || locked(name)?.dev === true)).toEqual([])
})

test('the bill of materials names the package it belongs to by its hash', () => {
  const { component } = sbom.metadata
  expect(component).toMatchObject({ name: manifest.name, version: manifest.version })
  expect(component.hashes[0]?.content).toBe(createHash('sha256').update(first.zip).digest('hex'))
})

test('the command tells sizes, modules and the time to load', () => {
  expect(first.stdout).toMatch(/rollcall\.zip +\d+ KiB\nbundle +[\d,]+ KiB, \d+ modules, \d+ packages\nloaded in +\d+ ms/)
})

test.each([
  ['a file of dev/', 'dev/host/queues.ts'],
  ['a test', 'shared/config.test.ts'],
  ['what tests share', 'tests/support/service.ts'],
  ['a package of development', 'node_modules/fflate/lib/node.cjs'],
])('a bundle that holds %s is refused in one sentence', async (_what, file) => {
  const call = `import(process.argv[3]).then((made) => made.writePackage(process.argv[1], process.argv[2])).catch((error) => {
    console.log(error.message)
  })`
  const folder = join(work, 'refused')
  const { stdout } = await run(process.execPath, ['-e', call, folder, file, script])
  expect(stdout).toMatch(/^The bundle contains what must not ship: [^\n]+\.\n$/)
  expect(stdout).toContain(file)
  expect(() => readFileSync(join(folder, 'rollcall.zip'))).toThrow('ENOENT')
})
