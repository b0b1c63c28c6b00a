import { execFile, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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
  readonly 'bom-ref': string
  readonly type: string
  readonly name: string
  readonly version: string
  readonly purl: string
  readonly hashes: readonly { readonly alg: string; readonly content: string }[]
  readonly licenses: readonly { readonly license?: { readonly id: string }; readonly expression?: string }[]
}
interface Sbom {
  readonly bomFormat: string
  readonly specVersion: string
  readonly serialNumber: string
  readonly version: number
  readonly metadata: { readonly component: Component }
  readonly components: readonly Component[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[]
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

  const page = await fetch(new URL('/console', url))
  const [script = ''] = /\/console\/assets\/main-\w+\.js/.exec(await page.text()) ?? []
  expect((await fetch(new URL(script, url))).headers.get('content-type')).toBe('text/javascript; charset=utf-8')
}, 60_000)

const consoleOf = ({ entries }: Made) => Object.keys(entries).filter((path) => path.startsWith('dist/console/'))

test('the zip holds the host’s settings, a short package.json, the bundle and the console, and nothing else', () => {
  const others = Object.keys(first.entries).filter((path) => !path.startsWith('dist/console/'))
  expect(others.sort()).toEqual(['dist/functions/index.js', 'host.json', 'package.json'])
  for (const path of consoleOf(first)) {
    expect(path).toMatch(/^dist\/console\/(index\.html|assets\/[a-z-]+-[A-Z0-9]{8}\.(js|css|svg)(\.br)?)$/)
  }
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

const leavingPackages = {
  bundle: true,
  platform: 'node',
  packages: 'external',
  metafile: true,
  write: false,
  logLevel: 'error',
} as const

test('the bundle requires only what Node brings and what the Functions worker brings, and names no source map', () => {
  const file = join(work, 'first', 'index.js')
  writeFileSync(file, bundle)
  const { metafile } = buildSync({ ...leavingPackages, entryPoints: [file], outdir: work })
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
  const ofConsole = ['preact', 'openapi-fetch'] // minified: nothing there names a file
  expect(sbom.components.map(({ name }) => name).sort()).toEqual([...new Set([...paths, ...ofConsole])].sort())
  for (const component of sbom.components) {
    const { version, license } = locked(component.name) ?? {}
    expect({ ...component, license: licenseOf(component) }).toMatchObject({ version, license })
  }
})

/** The packages that our own code imports, of what the functions and the console reach. */
function imported(): string[] {
  const entryPoints = [join(root, 'functions', 'index.ts'), join(root, 'web', 'main.tsx')]
  const { metafile } = buildSync({ ...leavingPackages, entryPoints, outdir: work, jsx: 'automatic', jsxImportSource: 'preact' })
  const paths = Object.values(metafile.inputs).flatMap(({ imports }) => imports.filter(({ external }) => external === true))
  const names = paths.map(({ path }) => path.split('/', path.startsWith('@') ? 2 : 1).join('/'))
  return [...new Set(names)].filter((name) => !isBuiltin(name))
}

test('the bill of materials has every package that the code imports, all of them of production', () => {
  const names = sbom.components.map(({ name }) => name)
  expect(imported()).toContain('@azure/data-tables')
  expect(imported().filter((name) => !(name in manifest.dependencies))).toEqual([])
  expect(names).toEqual(expect.arrayContaining(imported()))
  expect(names.filter((name) => name in manifest.devDependencies || locked(name)?.dev === true)).toEqual([])
})

test('the bill of materials names the package it belongs to by its hash', () => {
  const { component } = sbom.metadata
  expect(component).toMatchObject({ name: manifest.name, version: manifest.version })
  expect(component.hashes[0]?.content).toBe(createHash('sha256').update(first.zip).digest('hex'))
})

/** Licenses that ask for no more than their text, by their names in the SPDX list. Another one is for a person to decide. */
const freeLicenses = ['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'Unlicense']
const hashLengths: Readonly<Record<string, number>> = { 'SHA-256': 64, 'SHA-384': 96, 'SHA-512': 128 }

describe('the bill of materials keeps to CycloneDX 1.6:', () => {
  const all = () => [sbom.metadata.component, ...sbom.components]

  test('its head', () => {
    const { bomFormat, specVersion, version, serialNumber } = sbom
    expect({ bomFormat, specVersion, version }).toEqual({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1 })
    expect(serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  test('a component has a name, a kind, one purl of its name and version, and its own reference', () => {
    for (const { type, name, version, purl, ...component } of all()) {
      expect(['application', 'library']).toContain(type)
      expect(purl).toMatch(/^pkg:npm\/(%40[a-z0-9][\w.-]*\/)?[a-z0-9][\w.-]*@\d+\.\d+\.\d+(-[\w.-]+)?$/)
      expect(decodeURIComponent(purl)).toBe(`pkg:npm/${name}@${version}`)
      expect(component['bom-ref']).toBe(purl)
    }
    expect(new Set(all().map((component) => component['bom-ref'])).size).toBe(all().length)
  })

  test('a hash is as long as its algorithm makes it', () => {
    for (const { alg, content } of all().flatMap(({ hashes }) => hashes)) {
      expect(content).toMatch(/^[0-9a-f]+$/)
      expect(content).toHaveLength(hashLengths[alg] ?? 0)
    }
  })

  test('a license is one of the SPDX list, and free', () => {
    expect(all().filter((component) => !freeLicenses.includes(licenseOf(component)))).toEqual([])
    expect(all().every(({ licenses }) => licenses.length === 1)).toBe(true)
  })

  test('dependencies lead from the package to every component, once each, and to nothing else', () => {
    const dependsOn = new Map(sbom.dependencies.map(({ ref, dependsOn: refs }) => [ref, refs]))
    const refs = all().map((component) => component['bom-ref'])
    expect([...dependsOn.keys()].sort()).toEqual([...refs].sort())
    expect(sbom.dependencies).toHaveLength(refs.length)
    const reached = new Set([sbom.metadata.component['bom-ref']])
    for (const ref of reached) for (const other of dependsOn.get(ref) ?? []) reached.add(other)
    expect([...reached].sort()).toEqual([...refs].sort())
  })
})

describe('the workflows', () => {
  const folder = join(root, '.github', 'workflows')
  const workflows = readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')] as const)

  test.each(workflows)('%s runs only scripts that there are', (_file, workflow) => {
    const commands = [...workflow.matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, script = '']) => script)
    expect(commands.filter((command) => !(command in manifest.scripts))).toEqual([])
    expect(workflow).toContain('.ci/run')
    expect(existsSync(join(root, '.ci', 'run'))).toBe(true)
  })

  test('the one that looks at each change asks for known flaws in what ships', () => {
    expect(readFileSync(join(folder, 'ci.yml'), 'utf8')).toContain('npm audit --omit=dev --audit-level=high')
  })
})

test('the command tells sizes, modules and the time to load', () => {
  expect(first.stdout).toMatch(/rollcall\.zip +\d+ KiB\nbundle +[\d,]+ KiB, [\d,]+ modules, \d+ packages\nloaded in +[\d,]+ ms/)
})

test.each([
  ['a file of dev/', 'dev/host/local-host.ts'],
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
