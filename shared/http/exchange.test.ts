import { HttpRequest } from '@azure/functions'
import { pathParts, readBody } from './exchange'
import { LIMITS } from './messages'

const request = (body: string | Uint8Array, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  new HttpRequest({
    method: 'POST',
    url: 'http://localhost/scim/t/Users',
    headers,
    body: { bytes: typeof body === 'string' ? new TextEncoder().encode(body) : body },
  })
const refused = (status: number, says = '') =>
  expect.objectContaining({ status, message: expect.stringContaining(says) as string }) as Error

test.each([
  'application/scim+json',
  'application/json',
  'application/scim+json; charset=utf-8',
  'Application/JSON;charset=UTF-8',
  '',
])('a body is read as "%s"', async (type) => {
  expect(await readBody(request('\ufeff{"a":[1]}', { 'content-type': type }))).toEqual({ a: [1] })
})

test.each(['text/json', 'text/plain', 'application/x-www-form-urlencoded', 'application/scim', 'application/json-patch+json'])(
  'the media type %s is 415',
  async (type) => {
    await expect(readBody(request('{}', { 'content-type': type }))).rejects.toThrow(refused(415, 'application/scim+json'))
  },
)

test.each([
  ['text that is cut', '{"a":'],
  ['nothing', ''],
  ['two objects', '{}{}'],
  ['a list', '[]'],
  ['null', 'null'],
  ['half a character', new Uint8Array([0x7b, 0x22, 0xc3, 0x22, 0x3a, 0x31, 0x7d])],
  ['UTF-16', new Uint8Array([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00])],
])('%s is invalidSyntax', async (_name, body) => {
  await expect(readBody(request(body))).rejects.toMatchObject({ status: 400, scimType: 'invalidSyntax' })
})

test('the size is refused when it is announced, and when it is only found out', async () => {
  const tooMany = String(LIMITS.maxBodyBytes + 1)
  await expect(readBody(request('{}', { 'content-length': tooMany }))).rejects.toThrow(refused(413, '1048576'))
  await expect(readBody(request(`{"a":"${'x'.repeat(LIMITS.maxBodyBytes)}"}`))).rejects.toThrow(refused(413, '1048576'))
  const bytes = `{"a":"${'\u20ac'.repeat(400_000)}"}`
  await expect(readBody(request(bytes))).rejects.toThrow(refused(413))
  const full = `{"a":"${'x'.repeat(LIMITS.maxBodyBytes - 8)}"}`
  expect(await readBody(request(full, { 'content-length': String(full.length) }))).toHaveProperty('a')
})

describe('with streaming', () => {
  const turn = () => new Promise((resolve) => setImmediate(resolve))

  /** A body that comes in pieces of 64 KiB, and how many of them were taken. */
  function streamed(pieces: number) {
    const taken = { pieces: 0 }
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await turn()
        if (taken.pieces === pieces) controller.close()
        else controller.enqueue(new Uint8Array(65_536).fill(0x20))
        taken.pieces += taken.pieces === pieces ? 0 : 1
      },
    })
    return { request: { headers: new Headers({ 'content-type': 'application/json' }), body }, taken }
  }

  test('a body is refused once it is too large, and the rest is taken off the wire', async () => {
    const { request, taken } = streamed(1000)
    await expect(readBody(request)).rejects.toThrow(refused(413))
    expect(taken.pieces).toBeLessThan(20)
    while (taken.pieces < 1000) await turn()
  })

  test("a client that breaks off after the refusal is nobody's failure", async () => {
    const unhandled: unknown[] = []
    const note = (reason: unknown) => unhandled.push(reason)
    process.on('unhandledRejection', note)
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await turn()
        controller.enqueue(new Uint8Array(LIMITS.maxBodyBytes + 1))
        controller.error(new Error('aborted'))
      },
    })
    await expect(readBody({ headers: new Headers(), body })).rejects.toThrow(refused(413))
    await turn()
    process.off('unhandledRejection', note)
    expect(unhandled).toEqual([])
  })

  test('a body in pieces is read whole', async () => {
    const body = new Response('{"name":"Zoë"}').body
    expect(await readBody({ headers: new Headers({ 'transfer-encoding': 'chunked' }), body })).toEqual({ name: 'Zoë' })
  })
})

test('a chunked body that the host did not hand over is 411', async () => {
  await expect(readBody(request('', { 'transfer-encoding': 'chunked' }))).rejects.toThrow(refused(411, 'HTTP_STREAM'))
  await expect(readBody(request('', { 'transfer-encoding': 'chunked' }))).rejects.toThrow(refused(411, 'LoadIntoBufferAsync'))
  expect(await readBody(request('{"a":1}', { 'transfer-encoding': 'chunked' }))).toEqual({ a: 1 })
})

test.each([
  ['/scim/contoso/Users', ['scim', 'contoso', 'Users']],
  ['/scim/contoso//Users/', ['scim', 'contoso', 'Users']],
  ['/scim/contoso/Schemas/urn:x:y', ['scim', 'contoso', 'Schemas', 'urn:x:y']],
  ['/scim/contoso/Users/a%2Fb', ['scim', 'contoso', 'Users', 'a/b']],
  ['/scim/contoso/Users/%zz', ['scim', 'contoso', 'Users', '%zz']],
  ['/scim/contoso/Users/%C3%BC%C3', ['scim', 'contoso', 'Users', '%C3%BC%C3']],
  ['/', []],
])('the parts of %s', (path, parts) => {
  expect(pathParts(new URL(`http://localhost${path}`))).toEqual(parts)
})
