import { request as httpRequest } from 'node:http'
import type { HttpHandler } from '@azure/functions'
import { allMethods } from '../../functions/route'
import type { HttpRoute, Routes } from '../../functions/route'
import type { Log } from './invocation'
import { startLocalHost } from './local-host'
import type { LocalHost, LocalHostOptions } from './local-host'

const hosts: LocalHost[] = []
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close()
})

const http = (name: string, route: string, handler: HttpHandler): HttpRoute => ({ name, route, methods: allMethods, handler })

async function started(routes: Partial<Routes>, options: Partial<LocalHostOptions> = {}): Promise<string> {
  const host = await startLocalHost({ http: [], timers: [], ...routes }, { port: 0, ...options })
  hosts.push(host)
  return `http://127.0.0.1:${host.port}`
}

function gate(): { opened: Promise<void>; open: () => void } {
  const opens: (() => void)[] = []
  const opened = new Promise<void>((resolve) => opens.push(resolve))
  return {
    opened,
    open: () => {
      for (const open of opens) open()
    },
  }
}

/** Answers with what the handler sees of the request. */
const echo: HttpHandler = async (request) => ({
  jsonBody: {
    method: request.method,
    url: new URL(request.url).pathname + new URL(request.url).search,
    query: Object.fromEntries(request.query),
    params: request.params,
    type: request.headers.get('content-type'),
    body: await request.text(),
  },
})

/** Sends a body in chunks, without Content-Length. */
function chunkedPost(url: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(url, { method: 'POST', headers: { 'transfer-encoding': 'chunked' } }, (incoming) => {
      let text = ''
      incoming.on('data', (chunk: Buffer) => (text += chunk.toString()))
      incoming.on('end', () => {
        resolve(text)
      })
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

test('a handler gets method, URL, headers, parameters and body', async () => {
  const url = await started({ http: [http('users', 'scim/{tenant}/Users/{id?}', echo)] })
  const response = await fetch(`${url}/scim/demo/users/7?x=1`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/scim+json' },
    body: '{"ä":1}',
  })
  expect(await response.json()).toEqual({
    method: 'PATCH',
    url: '/scim/demo/users/7?x=1',
    query: { x: '1' },
    params: { tenant: 'demo', id: '7' },
    type: 'application/scim+json',
    body: '{"ä":1}',
  })
})

/** The status of a request in the very words given, which fetch would tidy or refuse to send; and that it came without a body. */
function statusOf(url: string, path: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(`${url}/`, { method: 'POST', path, headers }, (incoming) => {
      incoming.on('data', () => {
        reject(new Error('There is a body.'))
      })
      incoming.on('end', () => {
        outgoing.destroy()
        resolve(incoming.statusCode)
      })
    })
    outgoing.on('error', reject)
    outgoing.flushHeaders()
    if (headers['content-length'] === undefined) outgoing.end()
  })
}

test.each(['ana@host', 'ana:secret@host', 'host/scim', 'host?', 'host#', 'host\\x', 'host:port'])(
  'a Host header that Azure never lets through is 400 and leaves no line: %s',
  async (host) => {
    const lines: unknown[] = []
    const url = await started({ http: [http('users', 'Users', echo)] }, { log: (...line) => lines.push(line) })
    expect(await statusOf(url, '/Users?filter=ana', { host })).toBe(400)
    expect(lines).toEqual([])
  },
)

test('a request line over 8,192 bytes is 414', async () => {
  const url = await started({ http: [http('users', 'Users', () => ({ status: 204 }))] })
  const path = (bytes: number) => '/Users?'.padEnd(bytes - 'POST  HTTP/1.1\r\n'.length, 'x')
  expect(await statusOf(url, path(8192), {})).toBe(204)
  expect(await statusOf(url, path(8193), {})).toBe(414)
})

test('a body that is announced as larger than 100 MiB is 500 before it comes', async () => {
  const url = await started({ http: [http('users', 'Users', echo)] })
  expect(await statusOf(url, '/Users', { 'content-length': String(100 * 1024 * 1024 + 1) })).toBe(500)
})

test('values of one query name arrive joined in query, while the URL keeps both', async () => {
  const url = await started({ http: [http('users', 'Users', echo)] })
  const seen = await (await fetch(`${url}/Users?x=1&x=2&__proto__=3`)).json()
  expect(seen).toMatchObject({ url: '/Users?x=1&x=2&__proto__=3', query: { x: '1,2', ['__proto__']: '3' } })
})

test('status, headers and body of an answer pass through', async () => {
  const handler: HttpHandler = () => ({ status: 201, headers: { ETag: 'W/"1"', Location: 'http://x/1' }, body: 'text' })
  const url = await started({ http: [http('users', 'Users', handler)] })
  const response = await fetch(`${url}/Users`, { method: 'POST' })
  expect([response.status, response.headers.get('etag'), response.headers.get('location'), await response.text()]).toEqual([
    201,
    'W/"1"',
    'http://x/1',
    'text',
  ])
  const head = await fetch(`${url}/Users`, { method: 'HEAD' })
  expect([head.status, head.headers.get('etag'), await head.text()]).toEqual([201, 'W/"1"', ''])
})

test('a 204 has no body and no length', async () => {
  const url = await started({ http: [http('users', 'Users', () => ({ status: 204 }))] })
  const response = await fetch(`${url}/Users`, { method: 'DELETE' })
  expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([204, null, ''])
})

test('the catch-all takes what no other function takes, and other paths and methods are 404 without a body', async () => {
  const named =
    (name: string): HttpHandler =>
    () => ({ body: name })
  const users: HttpRoute = { ...http('users', 'scim/{tenant}/Users', named('users')), methods: ['GET'] }
  const url = await started({ http: [http('z-unknown', 'scim/{*rest}', named('z-unknown')), users] })
  const answers = await Promise.all(
    ['/scim/demo/Users', '/scim/demo/Nothing', '/scim', '/', '/admin/host/status'].map(async (path) => {
      const response = await fetch(url + path)
      return [response.status, await response.text()]
    }),
  )
  expect(answers).toEqual([
    [200, 'users'],
    [200, 'z-unknown'],
    [200, 'z-unknown'],
    [404, ''],
    [404, ''],
  ])
})

test('a chunked body arrives empty, and complete when requests are streamed', async () => {
  const routes = { http: [http('users', 'Users', echo)] }
  expect(JSON.parse(await chunkedPost(`${await started(routes)}/Users`, 'content'))).toMatchObject({ body: '' })
  expect(JSON.parse(await chunkedPost(`${await started(routes, { httpStream: true })}/Users`, 'content'))).toMatchObject({
    body: 'content',
  })
})

test.each<[string, HttpHandler]>([
  [
    'throws',
    () => {
      throw new Error('broken')
    },
  ],
  ['rejects', () => Promise.reject(new Error('broken'))],
  ['answers with a status that HTTP does not have', () => ({ status: 99 })],
])('a handler that %s is a 500 without a body, and is logged', async (_what, handler) => {
  const lines: unknown[] = []
  const log: Log = (level, name) => lines.push([level, name])
  const url = await started({ http: [http('users', 'Users', handler)] }, { log })
  const response = await fetch(`${url}/Users`)
  expect([response.status, await response.text()]).toEqual([500, ''])
  expect(lines).toEqual([['error', 'users']])
})

test('what a function logs goes to the log under its name, and the host adds nothing', async () => {
  const lines: unknown[] = []
  const handler: HttpHandler = (_request, context) => {
    context.log('GET User', 200)
    return {}
  }
  const url = await started({ http: [http('users', 'Users', handler)] }, { log: (...line) => lines.push(line) })
  await fetch(`${url}/Users`)
  expect(lines).toEqual([['information', 'users', 'GET User', 200]])
})

describe('timers', () => {
  test('a timer runs at the start and at each interval, also after a failure', async () => {
    let runs = 0
    await new Promise<void>((resolve) => {
      const handler = () => {
        runs++
        if (runs === 3) resolve()
        throw new Error('broken')
      }
      void started({ timers: [{ name: 'tick', schedule: '0 * * * * *', handler }] }, { timerIntervalMs: 1 })
    })
    expect(runs).toBeGreaterThanOrEqual(3)
  })

  test('a run that takes longer than the interval is not joined by a second one', async () => {
    const released = gate()
    let runs = 0
    const handler = () => {
      runs++
      return released.opened
    }
    await started({ timers: [{ name: 'tick', schedule: '0 * * * * *', handler }] }, { timerIntervalMs: 1 })
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(runs).toBe(1)
    released.open()
  })

  test('a schedule other than each minute is refused, not ignored', async () => {
    const timer = { name: 'nightly', schedule: '0 0 3 * * *', handler: () => undefined }
    await expect(started({ timers: [timer] })).rejects.toThrow('cannot run nightly on the schedule 0 0 3 * * *')
  })
})

test('closing waits for a running invocation, whose client still gets the answer', async () => {
  const entered = gate()
  const released = gate()
  const handler: HttpHandler = async () => {
    entered.open()
    await released.opened
    return { body: 'late' }
  }
  const answered = fetch(`${await started({ http: [http('slow', 'slow', handler)] })}/slow`)
  await entered.opened
  const closing = hosts.pop()!.close()
  released.open()
  await closing
  expect(await (await answered).text()).toBe('late')
})

test('a port in use is the error of the listener', async () => {
  const url = await started({})
  await expect(started({}, { port: Number(new URL(url).port) })).rejects.toThrow('EADDRINUSE')
})
