import { isObject } from '../scim/json'
import { groupType, userType } from '../scim/schemas'
import { resourceTypesHandler, schemasHandler } from './discovery'
import type { OpenExchange, Reply } from './exchange'

const exchange = (path: string, method = 'GET'): OpenExchange => {
  const url = new URL(`https://scim.example.com/scim/contoso/${path}`)
  return {
    method,
    url,
    path: path.split('/'),
    headers: new Headers(),
    base: 'https://scim.example.com/scim/contoso',
    types: { User: userType, Group: groupType },
  }
}
const bodyOf = (reply: Reply) => reply.body as { Resources: Record<string, unknown>[] } & Record<string, unknown>

interface Described {
  readonly name: string
  readonly type: string
  readonly multiValued: boolean
  readonly canonicalValues?: readonly string[]
  readonly subAttributes?: readonly Described[]
}

/** The names of mapping targets as the App Gallery validation makes them of a schema (fact sheet section 4.6). */
function flattened(prefix: string, { name, type, multiValued, subAttributes = [] }: Described): string[] {
  if (type !== 'complex') return [prefix + name]
  const types = subAttributes.find((sub) => sub.name === 'type')?.canonicalValues
  const places = !multiValued ? [''] : (types?.map((one) => `[type eq "${one}"]`) ?? ['[primary eq "True"]'])
  return [prefix + name, ...places.flatMap((place) => subAttributes.map((sub) => `${prefix}${name}${place}.${sub.name}`))]
}

test('every target of the default mappings is found in /Schemas', async () => {
  const { Resources } = bodyOf(await schemasHandler(exchange('Schemas')))
  const found = Resources.flatMap(({ id, attributes }) =>
    (attributes as Described[]).flatMap((one) => flattened(String(id).includes(':extension:') ? `${String(id)}:` : '', one)),
  )
  const enterprise = (name: string) => `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:${name}`
  const address = (name: string) => `addresses[type eq "work"].${name}`
  expect(found).toEqual(
    expect.arrayContaining([
      ...[
        'userName',
        'active',
        'displayName',
        'title',
        'preferredLanguage',
        'name.givenName',
        'name.familyName',
        'name.formatted',
      ],
      ...['emails[type eq "work"].value', 'emails[type eq "other"].value', 'roles[primary eq "True"].value'],
      ...['work', 'mobile', 'fax'].map((type) => `phoneNumbers[type eq "${type}"].value`),
      ...['formatted', 'streetAddress', 'locality', 'region', 'postalCode', 'country'].map(address),
      ...['employeeNumber', 'department', 'manager'].map(enterprise),
      ...['members', 'members.value'].map((name) => name.replace('members.value', 'members[type eq "User"].value')),
    ]),
  )
})

test('nothing in discovery is null or empty, which Entra ID stumbles over', async () => {
  const replies = await Promise.all([schemasHandler(exchange('Schemas')), resourceTypesHandler(exchange('ResourceTypes'))])
  const empty = (value: unknown): boolean =>
    value === null ||
    (Array.isArray(value) ? value.length === 0 || value.some(empty) : isObject(value) && Object.values(value).some(empty))
  expect(replies.map(({ body }) => empty(body))).toEqual([false, false])
})

test('every resource of discovery is found under its own location', async () => {
  for (const [handle, path] of [
    [schemasHandler, 'Schemas'],
    [resourceTypesHandler, 'ResourceTypes'],
  ] as const) {
    for (const resource of bodyOf(await handle(exchange(path))).Resources) {
      const { location } = resource['meta'] as { location: string }
      const behind = location.replace('https://scim.example.com/scim/contoso/', '')
      expect(bodyOf(await handle(exchange(behind)))).toEqual(resource)
      expect(bodyOf(await handle(exchange(behind.toLowerCase().replace(path.toLowerCase(), path))))).toEqual(resource)
    }
  }
})
