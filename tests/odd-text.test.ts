import { randomBytes } from 'node:crypto'
import { ENTERPRISE_URN } from '../shared/scim/schema/schemas'
import { CUSTOM_URN } from './support/refusals'
import { filtered, patchOf, startService, type TestService, type TestTenant } from './support/service'

let service: TestService
let home: TestTenant
beforeAll(async () => {
  service = await startService()
  home = service.tenant()
})
afterAll(async () => {
  await service.close()
})

const LONE = JSON.parse('"\\ud800x"') as string
test.each([
  ['half a surrogate pair', LONE],
  ['the other half', JSON.parse('"x\\udfff"') as string],
  ['NUL and control characters', 'a\u0000b\u0007c\u007f'],
  ['line separators', 'a\u2028b\u2029c'],
  ['characters that keys forbid', 'a/b\\c#d?e!f"g'],
  ['a byte order mark', '\ufeffx'],
  ['an emoji', '👩🏽‍🚀'],
  ['a very long one', 'y'.repeat(3000)],
])('%s is stored and comes back', async (_name, text) => {
  const userName = `${text}${randomBytes(4).toString('hex')}`
  const sent = {
    userName,
    externalId: text,
    displayName: text,
    name: { givenName: text },
    emails: [{ value: text, type: text }],
    [ENTERPRISE_URN]: { manager: { value: text } },
  }
  const posted = await home.send('POST', '/Users', sent)
  expect({ status: posted.status, ...posted.body }).toMatchObject({ status: 201, ...sent })
  const path = `/Users/${String(posted.body['id'])}`
  const changed = await home.send(
    'PATCH',
    path,
    patchOf(
      { op: 'add', path: 'title', value: text },
      { op: 'replace', path: `emails[type eq ${JSON.stringify(text)}].display`, value: text },
    ),
  )
  expect(changed).toMatchObject({ status: 200, body: { title: text, emails: [{ value: text, display: text }] } })
  expect((await home.send('GET', path)).body).toEqual(changed.body)
  expect((await home.send('POST', '/Users', sent)).status).toBe(409)
  const group = await home.send('POST', '/Groups', { displayName: userName, externalId: text })
  expect(group).toMatchObject({ status: 201, body: { displayName: userName, externalId: text } })
  expect((await home.send('DELETE', path)).status).toBe(204)
  expect((await home.send('DELETE', `/Groups/${String(group.body['id'])}`)).status).toBe(204)
})

test('a half surrogate pair in a filter finds what holds it', async () => {
  const { body } = await home.send('POST', '/Users', { userName: 'lone@contoso.example', externalId: LONE })
  const found = await home.send('GET', `/Users${filtered('externalId eq "\\ud800x"')}`)
  expect(found).toMatchObject({ status: 200, body: { totalResults: 1, Resources: [{ id: body['id'] }] } })
  await home.send('DELETE', `/Users/${String(body['id'])}`)
})

test('names that objects inherit are ordinary unknown names', async () => {
  const body = `{"userName":"proto@contoso.example","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"name":{"__proto__":{"polluted":1},"givenName":"P"},"${CUSTOM_URN}":{"hasOwnProperty":"c"}}`
  const inherited = body.replace('"hasOwnProperty":"c"', '"__proto__":{"polluted":1},$&').replace('proto@', 'proto2@')
  expect((await home.send('POST', '/Users', inherited)).body).toMatchObject({ status: '400', scimType: 'invalidSyntax' })
  const posted = await home.send('POST', '/Users', body)
  expect(posted).toMatchObject({ status: 201, body: { name: { givenName: 'P' } } })
  const path = `/Users/${String(posted.body['id'])}`
  const operations = `[{"op":"add","value":{"__proto__":{"polluted":1},"constructor.prototype.polluted":1}},{"op":"add","path":"constructor.prototype","value":{"polluted":1}},{"op":"replace","path":"name","value":{"__proto__":{"polluted":1}}}]`
  const answer = await home.send(
    'PATCH',
    path,
    `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"__proto__":{"polluted":1},"Operations":${operations}}`,
  )
  expect(answer.status).toBeLessThan(500)
  expect((await home.send('GET', path)).body).not.toHaveProperty('polluted')
  expect((await home.send('GET', `/Users${filtered('constructor eq "x" or __proto__ pr')}`)).status).toBeLessThan(500)
  expect((await home.send('GET', '/Users?__proto__=1&constructor=2')).status).toBe(200)
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  expect((await home.send('DELETE', path)).status).toBe(204)
})

test('a body of 90 levels is read, and what no schema knows is left out; one of 200,000 is refused before it is read', async () => {
  const bodyOf = (levels: number) => {
    const deep = '['.repeat(levels) + ']'.repeat(levels)
    return `{"userName":"deep@contoso.example","shoes":${deep},"urn:x:Deep":{"x":${deep}}}`
  }
  expect((await home.send('POST', '/Users', bodyOf(200_000))).status).toBe(400)
  const { status, body } = await home.send('POST', '/Users', bodyOf(90))
  expect(status).toBe(201)
  expect(body).not.toHaveProperty('shoes')
  expect((await home.send('DELETE', `/Users/${String(body['id'])}`)).status).toBe(204)
})
