import type { Json } from '../../scim/json'
import { namesOneOf, type Naming } from './names-person'

const ANA = 'a'.repeat(32)
const ana = { id: ANA, userName: 'Ana@contoso.example', externalId: 'Oid-1' }
const nothing: Naming = { path: '/scim/t/Users', query: '', body: undefined, answer: undefined }

test.each<[string, Partial<Naming>, boolean]>([
  ['her path', { path: `/scim/t/Users/${ANA}` }, true],
  ['a filter by userName', { query: '?filter=userName eq "ANA@contoso.example"' }, true],
  ['a filter by externalId', { query: '?filter=externalId eq "Oid-1"' }, true],
  ['a POST with her userName', { body: { userName: 'ana@CONTOSO.example' } }, true],
  ['a member', { body: { Operations: [{ value: [{ value: ANA }] }] } }, true],
  ['a path of a PATCH', { body: { Operations: [{ path: `members[value eq "${ANA}"]` }] } }, true],
  ['a path of a bulk request', { body: { Operations: [{ path: `/Users/${ANA}` }] } }, true],
  ['a body that is no JSON', { body: `{"userName":"ana@contoso.example"` }, true],
  ['an answer that is she', { answer: { id: ANA } }, true],
  ['a list that holds her', { answer: { Resources: [{ id: ANA }] } }, false],
  ['a longer name', { body: { userName: 'not-ana@contoso.example' } }, false],
  ['a part of it', { query: '?filter=userName sw "ana"' }, false],
  ['somebody else', { path: `/scim/t/Users/${'b'.repeat(32)}` }, false],
  ['nothing', {}, false],
])('%s', (_, more, isNamed) => {
  expect(namesOneOf({ ...nothing, ...more }, [{ id: 'c'.repeat(32) }, ana])).toBe(isNamed)
})

test('a body that is nested very deep is read', () => {
  let body: Json = ANA
  for (let i = 0; i < 100_000; i += 1) body = [body]
  expect(namesOneOf({ ...nothing, body }, [ana])).toBe(true)
})

test('texts with long runs of combining marks are not normalized, which would take quadratic time', () => {
  const marks = (count: number) => `jose${'\u0301\u0316'.repeat(count)}`
  const isFoundBy = (sent: string, userName: string) => namesOneOf({ ...nothing, body: { userName: sent } }, [{ userName }])
  expect(isFoundBy(marks(15), marks(15).normalize('NFC'))).toBe(true)
  expect(isFoundBy(marks(16), marks(16).normalize('NFC'))).toBe(false)
  expect(isFoundBy(marks(16).toUpperCase(), marks(16))).toBe(true)
})
