import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { startLocalHost, type LocalHost } from '../dev/host/local-host'
import { routes } from '../functions/routes'
import { consoleEndpoint, type ConsoleSignIn } from '../shared/app/console/endpoint'
import { readConsole } from '../shared/app/console/files'

const root = join(__dirname, '..')
const SIGN_IN = { issuer: 'https://login.microsoftonline.com/11111111-2222-4333-8444-555555555555/v2.0', clientId: 'client' }

interface Answered {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly bytes: Buffer
}

/** One request in the very words given: fetch would tidy the path and undo the compression. */
function raw(host: LocalHost, path: string, method = 'GET', headers: Record<string, string> = {}): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ hostname: 'localhost', port: host.port, method, path, headers }, (answer) => {
      const parts: Buffer[] = []
      answer.on('data', (part: Buffer) => parts.push(part))
      answer.on('end', () => {
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, bytes: Buffer.concat(parts) })
      })
    })
    sent.once('error', reject)
    sent.end()
  })
}

/** The service's own route table, with the console read from a folder. */
function serve(lines: string[], folder: string, signIn: () => ConsoleSignIn | undefined): Promise<LocalHost> {
  const handler = consoleEndpoint(signIn, () => readConsole(folder))
  const http = routes.http.map((route) => (route.name === 'console' ? { ...route, handler } : route))
  const log = (level: string, _name: string, ...args: readonly unknown[]) => lines.push(`${level} ${String(args[0])}`)
  return startLocalHost({ http, timers: [] }, { port: 0, log })
}

const EVERY = {
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}
const policyWith = (issuer: string) =>
  "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; script-src 'self'; style-src 'self'; " +
  `img-src 'self' data:; connect-src 'self'${issuer}; require-trusted-types-for 'script'; trusted-types 'none'`

const lines: string[] = []
let host: LocalHost
let page: string
beforeAll(async () => {
  if (process.env['TEST_IS_BUILT'] !== 'true')
    execFileSync(process.execPath, [join(root, 'dev/build.mjs')], { cwd: root, stdio: 'pipe' })
  host = await serve(lines, join(root, 'dist/console'), () => SIGN_IN)
  page = (await raw(host, '/console')).bytes.toString()
}, 60_000)
afterAll(() => host.close())
beforeEach(() => {
  lines.length = 0
})

/** The addresses that the page names, as they stand there. */
const named = (kind: RegExp) =>
  [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path).filter((path) => kind.test(path))

test('the page comes for every path, is never stored, and its policy allows nothing but its own files', async () => {
  for (const path of ['/console', '/console/', '/console/t/contoso/people?search=ada', '/console/t/%E0%A4', '/CONSOLE/tenants']) {
    const { status, headers, bytes } = await raw(host, path)
    expect({ path, status, text: bytes.toString() }).toEqual({ path, status: 200, text: page })
    expect(headers).toMatchObject({
      ...EVERY,
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'x-frame-options': 'DENY',
      'permissions-policy': 'camera=(), geolocation=(), microphone=()',
      'content-security-policy': policyWith(' https://login.microsoftonline.com'),
    })
  }
  expect(lines[0]).toBe('information {"operation":"console","method":"GET","status":200}')
  expect(lines.join('')).not.toContain('ada')
})

test('the page holds no script or style of its own, and every address in it leads to an asset that is there', async () => {
  expect(page).not.toMatch(/<style|style=|<script(?! type="module" src="\/console\/assets\/)| on\w+=|https?:(?!\/\/login)/)
  expect(page).not.toContain('%')
  const addresses = named(/./)
  expect(addresses.length).toBeGreaterThanOrEqual(3)
  for (const path of addresses) expect({ path, status: (await raw(host, path)).status }).toEqual({ path, status: 200 })
})

test('the page is told how operators sign in, and cannot be broken by it; without a registration it asks nobody else', async () => {
  expect(page).toContain('content="{&quot;issuer&quot;:&quot;https://login.microsoftonline.com/')
  const odd = { issuer: 'https://login.example/$&', clientId: `"><script>alert('1')</script>` }
  for (const [signIn, content, issuer] of [
    [undefined, 'content=""', ''],
    [odd, '&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;', ' https://login.example'],
  ] as const) {
    const other = await serve([], join(root, 'dist/console'), () => signIn)
    const { headers, bytes } = await raw(other, '/console')
    await other.close()
    expect(bytes.toString()).toContain(content)
    expect(bytes.toString()).not.toContain('<script>')
    expect(headers['content-security-policy']).toBe(policyWith(issuer))
  }
})

test('assets are kept for a year, and come compressed to who takes that', async () => {
  const [script = ''] = named(/\.js$/)
  const [style = ''] = named(/\.css$/)
  for (const [path, type] of [
    [script, 'text/javascript; charset=utf-8'],
    [style, 'text/css; charset=utf-8'],
    [named(/\.svg$/)[0] ?? '', 'image/svg+xml'],
  ] as const) {
    expect(path).toMatch(/^\/console\/assets\/\w+-[A-Z0-9]{8}\.\w+$/)
    const plain = await raw(host, path, 'GET', { 'accept-encoding': 'gzip, deflate' })
    const small = await raw(host, path, 'GET', { 'accept-encoding': 'gzip, br' })
    for (const { status, headers } of [plain, small]) {
      expect(status).toBe(200)
      expect(headers).toMatchObject({
        ...EVERY,
        'content-type': type,
        'cache-control': 'public, max-age=31536000, immutable',
        vary: 'Accept-Encoding',
      })
    }
    expect(plain.headers['content-encoding']).toBeUndefined()
    expect(small.headers['content-encoding']).toBe('br')
    expect(brotliDecompressSync(small.bytes).equals(plain.bytes)).toBe(true)
  }
})

test.each([
  ['br;q=0', undefined],
  ['gzip, br ; q=0.000', undefined],
  ['br;q=0, gzip', undefined],
  ['abr', undefined],
  ['br;q=0.5', 'br'],
  ['gzip;q=0,BR', 'br'],
])('a browser that says %s gets its asset as %s', async (accepted, encoding) => {
  const { headers } = await raw(host, named(/\.css$/)[0] ?? '', 'GET', { 'accept-encoding': accepted })
  expect(headers['content-encoding']).toBe(encoding)
})

test('a first view is at most 60 kB of JavaScript as it is sent, on any page, and a page is one script beside what all have', () => {
  const { assets } = readConsole(join(root, 'dist/console'))
  const textOf = (name: string) => assets.get(name)?.bytes.toString() ?? ''
  /** What a script cannot run without, itself included. */
  const needed = (name: string, found = new Set<string>()): Set<string> => {
    if (found.has(name)) return found
    found.add(name)
    for (const [, next = ''] of textOf(name).matchAll(/(?:from|import)"\.\/([\w.-]+\.js)"/g)) needed(next, found)
    return found
  }
  const bytesOf = (names: Iterable<string>) => [...names].reduce((sum, name) => sum + (assets.get(name)?.brotli.length ?? NaN), 0)
  const first = new Set(named(/\.js$/).map((path) => path.slice(path.lastIndexOf('/') + 1)))
  expect(new Set([...first].flatMap((name) => [...needed(name)]))).toEqual(first)
  const imported = [...first].flatMap((name) => [...textOf(name).matchAll(/import\("\.\/([\w.-]+\.js)"\)/g)])
  const pages = imported.map(([, page = '']) => page)
  expect(pages.length).toBeGreaterThan(3)
  for (const page of pages) {
    const missing = [...needed(page)].filter((name) => !first.has(name))
    expect(missing).toEqual([page])
    expect(bytesOf([...first, page])).toBeLessThan(60_000)
  }
  const scripts = [...assets.keys()].filter((name) => name.endsWith('.js'))
  expect(new Set([...first, ...pages])).toEqual(new Set(scripts))
})

test('HEAD answers as GET does, without a body; another method is 405 and says which there are', async () => {
  const [script = ''] = named(/\.js$/)
  for (const path of ['/console/tenants', script]) {
    const [get, head] = [await raw(host, path), await raw(host, path, 'HEAD')]
    const varying = ['date', 'content-length', 'transfer-encoding']
    const without = (headers: IncomingHttpHeaders) =>
      Object.fromEntries(Object.entries(headers).filter(([name]) => !varying.includes(name)))
    expect({ status: head.status, headers: without(head.headers) }).toEqual({ status: 200, headers: without(get.headers) })
    expect(head.bytes).toHaveLength(0)
  }
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    const { status, headers, bytes } = await raw(host, '/console/tenants', method)
    expect({ method, status, allow: headers.allow, body: bytes.toString() }).toEqual({
      method,
      status: 405,
      allow: 'GET, HEAD',
      body: '',
    })
    expect(headers).toMatchObject({ ...EVERY, 'cache-control': 'no-store' })
  }
})

test.each([
  '/console/assets',
  '/console/assets/',
  '/console/assets/main.js',
  '/console/assets/index.html',
  '/console/assets/..%2Findex.html',
  '/console/assets/..%5C..%5Cpackage.json',
  '/console/assets/....//....//package.json',
  '/console/assets/%00',
  '/console/assets/__proto__',
  '/console/assets/constructor',
])('%s is no asset: 404, not kept', async (path) => {
  const { status, headers, bytes } = await raw(host, path)
  expect({ status, body: bytes.toString() }).toEqual({ status: 404, body: '' })
  expect(headers).toMatchObject({ ...EVERY, 'cache-control': 'no-store' })
})

test('a path that leads out of the assets is a page of the console, or nothing that this service has', async () => {
  expect((await raw(host, '/console/assets/../index.html')).bytes.toString()).toBe(page)
  for (const path of ['/console/assets/%2e%2e/%2e%2e/functions/index.js', '/console/../../package.json'])
    expect({ path, status: (await raw(host, path)).status }).toEqual({ path, status: 404 })
})

test('a compressed file has no address of its own', async () => {
  const [script = ''] = named(/\.js$/)
  expect((await raw(host, `${script}.br`)).status).toBe(404)
})

/** The bundle alone, as a package without the console would have it. In a process of its own: there an error of fs is one. */
const WITHOUT_CONSOLE = `
  const { routes } = require(process.argv[1])
  const { handler } = routes.http.find(({ name }) => name === 'console')
  const log = (text) => console.log(text)
  const request = { url: 'https://app.example/console', method: 'GET', headers: new Headers() }
  handler(request, { functionName: 'console', log, error: log }).then((answer) => console.log(JSON.stringify(answer)))
`

test('a console that was not built is 500 for the caller, and the log names the reason but no folder of the machine', () => {
  const folder = mkdtempSync(join(tmpdir(), 'without-console-'))
  try {
    const bundle = join(folder, 'functions.js')
    copyFileSync(join(root, 'dist/functions/index.js'), bundle)
    const env = { ...process.env, SIGN_IN_TENANT_ID: '', SIGN_IN_CLIENT_ID: '' }
    const said = execFileSync(process.execPath, ['-e', WITHOUT_CONSOLE, bundle], {
      cwd: root,
      env,
      encoding: 'utf8',
      stdio: 'pipe',
    })
    const [line = '', answer = ''] = said.split('\n').filter((text) => text.startsWith('{'))
    const { places, ...facts } = JSON.parse(line) as Record<string, unknown>
    expect(facts).toEqual({ operation: 'console', method: 'GET', status: 500, error: 'Error', code: 'ENOENT' })
    expect(line).not.toContain('index.html')
    expect(places).toEqual(expect.arrayContaining([expect.stringContaining('readConsole')]))
    const { status, headers, body } = JSON.parse(answer) as { status: number; headers: Record<string, string>; body?: string }
    expect({ status, body, stored: headers['Cache-Control'] }).toEqual({ status: 500, body: undefined, stored: 'no-store' })
  } finally {
    rmSync(folder, { recursive: true })
  }
})
