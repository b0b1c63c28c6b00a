import { UsageError } from '../flags'
import { parseOptions } from './options'

const needed = ['--url', 'http://localhost:7071/scim/demo', '--token', 'secret']

test('the Tenant URL and the token are enough', () => {
  expect(parseOptions(needed)).toEqual({
    url: 'http://localhost:7071/scim/demo',
    signIn: { method: 'bearer', token: 'secret' },
    users: 200,
    groups: 10,
    seed: 1,
    parallel: 8,
    families: ['legacy', 'modern'],
    timeoutMs: 60_000,
    keep: false,
  })
  expect(parseOptions([...needed, '--keep'])).toMatchObject({ keep: true })
})

test.each([
  [['--legacy'], ['legacy']],
  [['--modern'], ['modern']],
  [
    ['--modern', '--legacy'],
    ['legacy', 'modern'],
  ],
])('%j runs %j', (flags, families) => {
  expect(parseOptions([...needed, ...flags])).toMatchObject({ families })
})

test.each([
  [[], '--url is missing: give the Tenant URL.'],
  [['--url', 'localhost:7071'], '--url takes an http or https URL.'],
  [['--url', 'https://x.example'], '--token is missing: give the Secret Token.'],
  [[...needed, '--users', '9'], '--users takes a whole number from 10 to 1000000.'],
  [[...needed, '--groups', 'ten'], '--groups takes a whole number from 4 to 100000.'],
  [[...needed, '--parallel', '0'], '--parallel takes a whole number from 1 to 256.'],
  [[...needed, '--seed', '1.5'], '--seed takes a whole number from 0 to 2147483647.'],
  [[...needed, '--fast'], "Unknown option '--fast'."],
  [[...needed, '--users'], "Option '--users <value>' argument missing."],
  [['demo'], 'Give flags only: there is a word that belongs to none.'],
])('%j is refused with one sentence', (flags, sentence) => {
  expect(() => parseOptions(flags)).toThrow(UsageError)
  expect(() => parseOptions(flags)).toThrow(sentence)
})

test('help needs no other flag', () => {
  expect(parseOptions(['--help'])).toBe('help')
})
