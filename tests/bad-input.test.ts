import { CUSTOM_URN, expectError, expectRefused, NAME, NOBODY, startWorld, type Refusal, type World } from './support/refusals'
import { filtered, patchOf } from './support/service'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(async () => {
  await world.service.close()
})

const cases = (table: Readonly<Record<string, Refusal>>) => Object.entries(table)
const syntax = (body: unknown): Refusal => ({ body, scimType: 'invalidSyntax' })
const invalid = (body: object, says: string): Refusal => ({
  body: { userName: 'new@contoso.example', ...body },
  scimType: 'invalidValue',
  says: [says],
})
const patched = (...operations: object[]) => ({ method: 'PATCH', path: '/Users/{ana}', body: patchOf(...operations) })
const members = (...operations: object[]) => ({ method: 'PATCH', path: '/Groups/{sales}', body: patchOf(...operations) })
const nested = (levels: number) => ({
  ...patched(),
  body: `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"add","path":"title","value":${'['.repeat(levels)}${']'.repeat(levels)}}]}`,
})

describe('bodies', () => {
  test.each(
    cases({
      'no JSON': syntax('{"userName": '),
      'no body': { scimType: 'invalidSyntax' },
      'a list': syntax('[{"userName":"new"}]'),
      'a text': syntax('"new"'),
      null: syntax('null'),
      'a form': {
        body: 'userName=new',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        status: 415,
        says: ['application/scim+json'],
      },
      'plain text': { body: '{"userName":"new"}', headers: { 'content-type': 'text/plain' }, status: 415 },
      'PATCH in the form of JSON Patch': {
        ...patched(),
        body: '[]',
        headers: { 'content-type': 'application/json-patch+json' },
        status: 415,
      },
      'more than 1 MiB': { body: { userName: 'new', title: 'x'.repeat(1024 * 1024) }, status: 413, says: ['1048576'] },
      'a resource of more than 200 KiB': {
        body: { userName: 'new', title: 'x'.repeat(200 * 1024) },
        status: 413,
        says: ['200 KiB'],
      },
      'a PATCH that makes one': { ...patched({ op: 'add', path: 'title', value: '\u20ac'.repeat(70 * 1024) }), status: 413 },
      'more than 20 e-mails': {
        body: { userName: 'new', emails: Array.from({ length: 21 }, (_, i) => ({ value: `${i}@x.example` })) },
        scimType: 'tooMany',
        says: ['20'],
      },
      'userName missing': { body: { displayName: 'New' }, scimType: 'invalidValue', says: ['userName'] },
      'userName empty': invalid({ userName: '' }, 'userName'),
      'userName a number': invalid({ userName: 7 }, 'userName'),
      'userName a list': invalid({ userName: ['new', 'newer'] }, 'userName'),
      'displayName an object': invalid({ displayName: { a: 1 } }, 'displayName'),
      'active a word': invalid({ active: 'perhaps' }, 'active'),
      'name a text': invalid({ name: 'New' }, 'name'),
      'an e-mail that is a number': invalid({ emails: [7] }, 'emails'),
      'primary a number': invalid({ emails: [{ value: 'a@x.example', primary: 1 }] }, 'emails.primary'),
      'two managers': invalid(
        { 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { manager: [{ value: '1' }, { value: '2' }] } },
        'manager',
      ),
      'a certificate that is no base64': invalid({ x509Certificates: [{ value: '%%' }] }, 'x509Certificates'),
      'a group without a name': { path: '/Groups', body: { externalId: 'g-2' }, scimType: 'invalidValue', says: ['displayName'] },
      'attributes and excludedAttributes': {
        path: '/Users?attributes=userName&excludedAttributes=title',
        body: { userName: 'new' },
        scimType: 'invalidValue',
      },
      'a refused person teaches no attribute': { body: { title: 'x', [CUSTOM_URN]: { unheard: 'x' } }, scimType: 'invalidValue' },
      'nor does a refused PATCH': {
        ...patched({ op: 'add', path: `${CUSTOM_URN}:unheard`, value: 'x' }, { op: 'remove' }),
        scimType: 'noTarget',
      },
      'nor one that asks for too much': {
        ...patched({ op: 'add', path: `${CUSTOM_URN}:unheard`, value: 'x' }),
        path: '/Users/{ana}?attributes=id&excludedAttributes=title',
        scimType: 'invalidValue',
      },
    }),
  )('%s', (_name, refusal) => expectRefused(world, refusal))
})

describe('PATCH messages', () => {
  test.each(
    cases({
      'more than 1,000 operations': {
        ...patched(...Array.from({ length: 1001 }, () => ({ op: 'add', path: 'title', value: 'x' }))),
        scimType: 'invalidSyntax',
      },
      'an operation that is no object': {
        ...patched(),
        body: { ...patchOf(), Operations: ['add'] },
        scimType: 'invalidSyntax',
        says: ['Operations.0 must be an object'],
      },
      'an operation without op': {
        ...patched({ path: 'title', value: 'x' }),
        scimType: 'invalidSyntax',
        says: ['Operations.0.op is missing'],
      },
      'an op that there is not': {
        ...patched({ op: 'move', path: 'title' }),
        scimType: 'invalidSyntax',
        says: ['Operations.0.op must be one of add, remove, replace'],
      },
      'a path that is a number': {
        ...patched({ op: 'add', path: 7, value: 'x' }),
        scimType: 'invalidSyntax',
        says: ['Operations.0.path must be a text'],
      },
      'a value of 90 levels': { ...nested(90), scimType: 'invalidValue' },
      'a value of 200,000 levels': { ...nested(200_000), scimType: 'invalidSyntax', says: ['100'] },
      'a member nobody knows': {
        ...members({ op: 'add', path: 'members', value: [{ value: NOBODY }] }),
        scimType: 'invalidValue',
        says: [NOBODY],
      },
      'two of three members': {
        ...members({ op: 'add', path: 'members', value: [{ value: '{ana}' }, { value: NOBODY }, { value: 'nobody' }] }),
        scimType: 'invalidValue',
        says: [NOBODY, 'nobody'],
      },
      'a member that is a number': {
        ...members({ op: 'add', path: 'members', value: [{ value: 7 }] }),
        scimType: 'invalidValue',
      },
      'a member without value': {
        ...members({ op: 'add', path: 'members', value: [{ display: 'x' }] }),
        scimType: 'invalidValue',
      },
      'a group in itself': {
        ...members({ op: 'add', path: 'members', value: [{ value: '{sales}' }] }),
        scimType: 'invalidValue',
        says: ['itself'],
      },
      'a member of another tenant': {
        ...members({ op: 'add', path: 'members', value: [{ value: '{foreign}' }] }),
        scimType: 'invalidValue',
        says: ['{foreign}'],
      },
      'all members replaced by one of another tenant': {
        ...members({ op: 'replace', path: 'members', value: [{ value: '{foreign}' }] }),
        scimType: 'invalidValue',
      },
      'a member of a new group from another tenant': {
        path: '/Groups',
        body: { displayName: 'New', members: [{ value: '{foreign}' }] },
        scimType: 'invalidValue',
      },
      'a change inside a member': {
        ...members({ op: 'replace', path: 'members[value eq "{ana}"].value', value: 'x' }),
        scimType: 'mutability',
      },
      'a group without a name': { ...members({ op: 'remove', path: 'displayName' }), scimType: 'mutability' },
    }),
  )('%s', (_name, refusal) => expectRefused(world, refusal))
})

describe('names that are taken', () => {
  test.each(
    cases({
      'in another letter case': { body: { userName: NAME.toUpperCase() }, status: 409, scimType: 'uniqueness' },
      'in decomposed letters': { body: { userName: 'Jose\u0301@contoso.example' }, status: 409, scimType: 'uniqueness' },
      'by PATCH': {
        method: 'PATCH',
        path: '/Users/{ana}',
        body: patchOf({ op: 'replace', path: 'userName', value: 'JOSE\u0301@contoso.example' }),
        status: 409,
        scimType: 'uniqueness',
      },
      'by PUT': {
        method: 'PUT',
        path: '/Users/{ana}',
        body: { userName: 'Third@contoso.example' },
        status: 409,
        scimType: 'uniqueness',
      },
      'a group of one name and externalId': {
        path: '/Groups',
        body: { displayName: 'SALES', externalId: 'g-1' },
        status: 409,
        scimType: 'uniqueness',
      },
    }),
  )('%s', (_name, refusal) => expectRefused(world, refusal))
})

describe('queries', () => {
  const query = (path: string, scimType: string, ...says: string[]): Refusal => ({ method: 'GET', path, scimType, says })
  const filter = (text: string, path = '/Users') => query(`${path}${filtered(text)}`, 'invalidFilter')
  test.each(
    cases({
      'an empty filter': filter(''),
      'half a filter': filter('userName eq'),
      'an unknown operator': filter(`userName is "${NAME}"`),
      'a text that never ends': filter(`userName eq "${NAME}`),
      'a parenthesis that never closes': filter('(userName eq "x"'),
      'something behind the end': filter('userName eq "x" "y"'),
      'a password': filter('password eq "x"'),
      'greater than a boolean': filter('active gt true'),
      'parentheses one deeper than may be': filter(`${'('.repeat(17)}userName eq "x"${')'.repeat(17)}`),
      'sixty-five terms': filter(Array.from({ length: 65 }, () => 'title pr').join(' or ')),
      'more than 4,096 characters': filter(`userName eq "${'x'.repeat(4096)}"`),
      'attributes and excludedAttributes': query('/Users?attributes=userName&excludedAttributes=title', 'invalidValue'),
      'a malformed attribute': query('/Users?attributes=user%20name', 'invalidValue', 'attributes'),
      'a malformed attribute to leave out': query('/Groups?excludedAttributes=a.b.c', 'invalidValue', 'excludedAttributes'),
      'a malformed attribute to sort by': query('/Users?sortBy=user%20name', 'invalidValue', 'sortBy'),
      'a count that is a word': query('/Users?count=ten', 'invalidValue', 'count'),
      'a count with a fraction': query('/Users?count=1.5', 'invalidValue', 'count'),
      'an empty startIndex': query('/Users?startIndex=', 'invalidValue', 'startIndex'),
      'a startIndex in hex': query('/Users?startIndex=0x10', 'invalidValue', 'startIndex'),
      'a count that is a word, with a cursor': query('/Users?cursor&count=ten', 'invalidCount', 'count'),
      'a cursor made up': query('/Users?cursor=abc', 'invalidCursor'),
      'a cursor of three parts': query('/Users?cursor=a.b.c', 'invalidCursor'),
      'a cursor that is too long': query(`/Users?cursor=${'a'.repeat(2000)}`, 'invalidCursor'),
    }),
  )('%s', (_name, refusal) => expectRefused(world, refusal))

  test('a cursor goes on with its own request of its own tenant only', async () => {
    const { home, other } = world
    const first = await home.send('GET', '/Users?cursor=&count=1')
    const cursor = String(first.body['nextCursor'])
    expect((await home.send('GET', `/Users?cursor=${cursor}&count=1`)).status).toBe(200)
    const [head = '', ...tail] = cursor
    const tampered = (head === '0' ? '1' : '0') + tail.join('')
    const refused = [
      await other.send('GET', `/Users?cursor=${cursor}&count=1`),
      await home.send('GET', `/Groups?cursor=${cursor}&count=1`),
      await home.send('GET', `/Users?cursor=${cursor}&count=1&filter=userName%20pr`),
      await home.send('GET', `/Users?cursor=${cursor}&count=1&attributes=id`),
      await home.send('GET', `/Users?cursor=${tampered}&count=1`),
      await home.send('GET', `/Users?cursor=${cursor}.x&count=1`),
    ]
    for (const answer of refused) expectError(answer, { status: 400, scimType: 'invalidCursor' })
  })
})
