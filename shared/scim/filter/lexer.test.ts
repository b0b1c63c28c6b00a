import type { ScimError } from '../errors'
import { tokenAt, type Token } from './lexer'

function tokens(text: string): Token[] {
  const found: Token[] = []
  let offset = 0
  for (;;) {
    const token = tokenAt(text, offset)
    if (token.kind === 'end') return found
    found.push(token)
    offset = token.end
  }
}

const shapes = (text: string) =>
  tokens(text).map((token) =>
    token.kind === 'word' ? token.text : token.kind === 'string' ? JSON.stringify(token.value) : token.kind,
  )

test.each([
  ['', []],
  [' \t\r\n', []],
  ['userName eq "a"', ['userName', 'eq', '"a"']],
  ['  userName   eq"a"  ', ['userName', 'eq', '"a"']],
  ['emails[type eq "work"].value', ['emails', '[', 'type', 'eq', '"work"', ']', '.value']],
  ['not(title pr)and(a pr)', ['not', '(', 'title', 'pr', ')', 'and', '(', 'a', 'pr', ')']],
  ['urn:x:2.0:User:a.b ge -1.5e3', ['urn:x:2.0:User:a.b', 'ge', '-1.5e3']],
  ['a eq ana@x.example', ['a', 'eq', 'ana@x.example']],
  ['"] ) ["', ['"] ) ["']],
  ['""', ['""']],
])('%s has the tokens %j', (text, expected) => {
  expect(shapes(text)).toEqual(expected)
})

test.each([
  [String.raw`"a\"b"`, 'a"b'],
  [String.raw`"a\\"`, 'a\\'],
  [String.raw`"\/\b\f\n\r\t"`, '/\b\f\n\r\t'],
  [String.raw`"\u00e9\ud83d\ude00"`, 'é😀'],
  ['"é😀"', 'é😀'],
  ['"+34 91 555"', '+34 91 555'],
])('the JSON string %s is read as JSON does', (text, value) => {
  expect(tokens(text)).toEqual([{ kind: 'string', value, start: 0, end: text.length }])
})

test('a token tells where it stands', () => {
  expect(tokens(' a  "b"')).toEqual([
    { kind: 'word', text: 'a', start: 1, end: 2 },
    { kind: 'string', value: 'b', start: 4, end: 7 },
  ])
})

test.each([
  ['a eq "', 'The text that begins at position 6 has no closing quote.'],
  ['a eq "work', 'The text that begins at position 6 has no closing quote.'],
  [String.raw`"a\"`, 'The text that begins at position 1 has no closing quote.'],
  [String.raw`a eq "\x"`, 'The text at position 6 is not a JSON string'],
  [String.raw`"\u12"`, 'The text at position 1 is not a JSON string'],
  ['"a\nb"', 'The text at position 1 is not a JSON string'],
  ['"a\u0000b"', 'The text at position 1 is not a JSON string'],
])('%j is refused, telling where', (text, detail) => {
  expect(() => tokens(text)).toThrow(
    expect.objectContaining({ scimType: 'invalidFilter', message: expect.stringContaining(detail) as string }) as ScimError,
  )
})
