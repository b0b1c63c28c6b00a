import { explain } from './refusal-words'

const minute = Date.parse('2026-11-22T08:14:00.000Z')

test.each([
  [
    401,
    'expired',
    '3fa9',
    14,
    'An expired token ending in 3fa9 was used 14 times at 08:14 UTC. Paste the newest token into Entra.',
  ],
  [401, 'expired', undefined, 1, 'An expired token was used once at 08:14 UTC. Paste the newest token into Entra.'],
  [
    401,
    'missing',
    undefined,
    2,
    'A request without a token came 2 times at 08:14 UTC. Paste the token into Secret Token in Entra.',
  ],
  [
    429,
    '429',
    undefined,
    3,
    'More requests came than one tenant may make 3 times at 08:14 UTC. Nothing to do: the client comes again.',
  ],
  [415, '415', undefined, 1, 'A request was answered 415 once at 08:14 UTC. Look at the provisioning log in Entra.'],
  [400, 'constructor', undefined, 1, 'A request was answered 400 once at 08:14 UTC. Look at the provisioning log in Entra.'],
])('%s %s is told in words', (...[status, reason, lastFour, count, text]) => {
  expect(explain({ status, reason, lastFour, count, minute, last: minute, operation: 'users' })).toBe(text)
})
