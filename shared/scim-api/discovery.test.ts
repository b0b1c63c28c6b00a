import { isObject } from '../scim/json'
import { groupType, userType } from '../scim/schema/schemas'
import { resourceTypesHandler, schemasHandler } from './discovery'
import type { OpenExchange, Reply } from '../http/exchange'

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
