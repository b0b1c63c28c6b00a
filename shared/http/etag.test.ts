import { acceptsVersion, isNotModified } from './etag'

const VERSION = 'W/"3.0a1b"'
const headers = (given: Record<string, string>) => new Headers(given)

test.each([
  ['the version', VERSION, true],
  ['any', '*', true],
  ['a strong form', '"3.0a1b"', true],
  ['without quotes', '3.0a1b', true],
  ['a lower-case w', 'w/"3.0a1b"', true],
  ['one of a list', 'W/"2", W/"3.0a1b"', true],
  ['an older one', 'W/"2"', false],
  ['a part of it', 'W/"3"', false],
  ['another letter case', 'W/"3.0A1B"', false],
  ['a list of others', 'W/"1","2"', false],
])('%s: If-Match and If-None-Match %s give %s', (_name, header, expected) => {
  expect(acceptsVersion(headers({ 'if-match': header }))?.(VERSION)).toBe(expected)
  expect(isNotModified(headers({ 'if-none-match': header }), VERSION)).toBe(expected)
})

test('without the header any version will do, and nothing is known to be unmodified', () => {
  expect(acceptsVersion(headers({}))).toBeUndefined()
  expect(acceptsVersion(headers({ 'if-match': ' ' }))).toBeUndefined()
  expect(isNotModified(headers({}), VERSION)).toBe(false)
})
