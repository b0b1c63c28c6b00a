import { HttpRequest } from '@azure/functions'
import { MAX_LIST_ROWS } from './csv-list'
import { importOperation } from '../equipment/api/equipment-import'
import { readBodyOf } from './request'

const requestOf = (body: string, headers: Record<string, string> = {}) =>
  new HttpRequest({
    method: 'POST',
    url: 'http://localhost/',
    headers: { 'content-type': 'application/json', ...headers },
    body: { string: body },
  })

test('a body that is announced as too large is refused before it is read', async () => {
  const request = requestOf('[]', { 'content-length': String(2 * 1024 * 1024 + 1) })
  await expect(readBodyOf(importOperation, request)).rejects.toMatchObject({ status: 413, kind: 'too-large' })
  expect(request.bodyUsed).toBe(false)
})

test('a list that is too long is refused in one sentence, before any entry is looked at', async () => {
  const request = requestOf(JSON.stringify(Array.from({ length: MAX_LIST_ROWS + 1 }, () => ({}))))
  await expect(readBodyOf(importOperation, request)).rejects.toMatchObject({
    status: 400,
    errors: [{ path: '', detail: 'can have at most 5000 entries: split the list and send several' }],
  })
})
