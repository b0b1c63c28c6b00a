import { createServer as createPlainServer } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { selfSignedCertificate } from '../../tests/support/self-signed-certificate'
import { startReceiver, type Receiver } from '../../tests/support/receiver'
import { webhookSender } from './send'

const message = (url: string) => ({ url, headers: { 'content-type': 'application/json' }, body: '{"type":"x","data":{"seq":1}}' })
const send = webhookSender({ allowLocal: true, timeoutMs: 300 })

let receiver: Receiver
beforeAll(async () => {
  receiver = await startReceiver()
})
afterAll(() => receiver.close())

test.each([
  [200, { status: 200 }],
  [204, { status: 204 }],
  [302, { status: 302, error: 'redirect' }],
  [410, { status: 410, error: 'status' }],
  [500, { status: 500, error: 'status' }],
  [0, { error: 'timeout' }],
])('a receiver that answers %d', async (status, expected) => {
  receiver.answer = () => status
  const before = receiver.received.length
  expect(await send(message(receiver.url))).toEqual({ ...expected, ms: expect.any(Number) as number })
  expect(receiver.received).toHaveLength(before + 1) // a redirect is not followed
})

test('nobody listens', async () => {
  const gone = await startReceiver()
  await gone.close()
  expect(await send(message(gone.url))).toMatchObject({ error: 'connection' })
})

test('connections are kept, and one that the receiver closed meanwhile is no failure', async () => {
  const used = new Set<object>()
  let closed = 0
  const server = createPlainServer((request, response) => {
    if (used.has(request.socket)) {
      closed += 1
      request.socket.destroy()
    } else response.writeHead(204).end()
    used.add(request.socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const outcomes = [await send(message(url)), await send(message(url))]
  server.closeAllConnections()
  server.close()
  expect(outcomes).toEqual([expect.objectContaining({ status: 204 }), expect.objectContaining({ status: 204 })])
  expect(closed).toBe(1)
})

test('a long answer is given up after 16 KiB', async () => {
  let written = 0
  const server = createPlainServer((_request, response) => {
    const more = () => {
      written += 4096
      if (!response.destroyed) response.write('x'.repeat(4096), () => setImmediate(more))
    }
    more()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const outcome = await send(message(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`))
  server.closeAllConnections()
  server.close()
  expect(outcome).toMatchObject({ status: 200 })
  expect(outcome).not.toHaveProperty('error')
  expect(written).toBeGreaterThan(16 * 1024)
})

test('a certificate that nobody vouches for is told as such', async () => {
  const server = createServer(selfSignedCertificate(), (_request, response) => response.end())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const outcome = await send(message(`https://127.0.0.1:${port}/`))
  server.closeAllConnections()
  server.close()
  expect(outcome).toMatchObject({ error: 'tls' })
})

test('a name that leads inside is refused before anything is sent, whatever it led to before', async () => {
  const answers = ['10.0.0.1', '127.0.0.1', '169.254.169.254']
  const guarded = webhookSender({
    allowLocal: false,
    timeoutMs: 300,
    resolve: () => Promise.resolve([{ address: answers.shift() ?? '::1', family: 4 }]),
  })
  for (let i = 0; i < 3; i += 1) expect(await guarded(message('https://name.example/'))).toMatchObject({ error: 'address' })
  expect(await guarded(message('https://127.0.0.1/'))).toMatchObject({ error: 'address' })
  expect(await guarded(message(receiver.url))).toMatchObject({ error: 'address' })
})
