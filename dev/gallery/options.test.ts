import { UsageError } from '../flags'
import { parseOptions } from './options'

const needed = ['--url', 'https://app.example/scim/demo', '--token', 'secret']

test('the Tenant URL and the token are enough', () => {
  expect(parseOptions(needed)).toEqual({
    url: 'https://app.example/scim/demo',
    signIn: { method: 'bearer', token: 'secret' },
    seconds: 60,
    without: [],
    timeoutMs: 60_000,
    markdown: false,
  })
  const more = parseOptions([...needed, '--seconds', '5', '--without', 'manager,addresses', '--markdown'])
  expect(more).toMatchObject({ seconds: 5, without: ['manager', 'addresses'], markdown: true })
  expect(parseOptions(['--help'])).toBe('help')
})

test.each([
  [[], '--url is missing: give the Tenant URL.'],
  [['--url', 'https://x.example'], '--token is missing: give the Secret Token.'],
  [['--url', 'https://x.example/?aadOptscim062020', '--token', 't'], '--url takes the Tenant URL without aadOptscim062020'],
  [[...needed, '--seconds', '0'], '--seconds takes a whole number from 1 to 3600.'],
  [[...needed, 'secret-word'], 'Give flags only: there is a word that belongs to none.'],
])('%j is refused with one sentence', (flags, sentence) => {
  expect(() => parseOptions(flags)).toThrow(UsageError)
  expect(() => parseOptions(flags)).toThrow(sentence)
})
