import { cycleBegin, judge, type HealthFacts } from './judge'

const NOW = Date.parse('2026-11-22T12:00:00.000Z')
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const ago = (minutes: number) => NOW - minutes * MINUTE_MS
const hour = (requests: number, operations = 0, failures = 0) => ({ requests, operations, failures })

const never: HealthFacts = {
  lastRequest: undefined,
  lastProbe: undefined,
  lastGood: undefined,
  lastDenied: undefined,
  lastEnded: undefined,
  cycleBegan: undefined,
  lastHour: hour(0),
  tokens: undefined,
  hadQuarantineSigns: false,
}
/** Nothing but a probe in each cycle. */
const quiet: HealthFacts = {
  ...never,
  lastRequest: ago(15),
  lastProbe: ago(15),
  lastGood: ago(15),
  cycleBegan: ago(15),
  lastHour: hour(2),
  tokens: { isAnyLive: true, endsAt: NOW + 300 * DAY_MS },
}
const lastHeard = (minutes: number): Partial<HealthFacts> => ({
  lastRequest: ago(minutes),
  lastProbe: ago(minutes),
  lastGood: ago(minutes),
  cycleBegan: ago(minutes),
  lastHour: hour(0),
})

test.each<[string, Partial<HealthFacts>, string, boolean, RegExp]>([
  ['nobody came', never, 'never connected', false, /press Test Connection/],
  ['only a wrong token came', { ...never, lastDenied: ago(2) }, 'never connected', false, /no token of this tenant/],
  [
    'only an old token came',
    { ...never, lastDenied: ago(2), lastEnded: ago(2) },
    'never connected',
    false,
    /token or client secret that has ended/,
  ],
  ['nothing but probes come', {}, 'ok', false, /comes as expected\. Its last probe came at 2026-11-22 11:45 UTC/],
  ['one cycle is missing', lastHeard(60), 'ok', false, /as expected/],
  ['a few people fail among many', { lastHour: hour(200, 100, 40) }, 'ok', false, /40 of 100 operations failed/],
  ['one person fails in a quiet tenant', { lastHour: hour(4, 2, 2) }, 'ok', false, /2 of 2/],
  ['the token ends in ten days', { tokens: { isAnyLive: true, endsAt: NOW + 10 * DAY_MS } }, 'ok', false, /ends at 2026-12-02/],
  ['the vault was never asked', { tokens: undefined }, 'ok', false, /as expected/],
  ['somebody tries a wrong token', { lastDenied: ago(1) }, 'ok', false, /as expected/],
  ['an old token is tried while Entra ID goes on', { lastDenied: ago(1), lastEnded: ago(1) }, 'ok', false, /as expected/],
  ['a wrong token is tried while a cycle is missing', { ...lastHeard(60), lastDenied: ago(1) }, 'ok', false, /as expected/],
  ['two cycles are missing', lastHeard(90), 'late', false, /due by 2026-11-22 11:10 UTC/],
  ['it is late after signs of quarantine', { ...lastHeard(90), hadQuarantineSigns: true }, 'late', true, /restart provisioning/],
  ['nothing came for six hours', lastHeard(360), 'silent', false, /since 2026-11-22 06:00 UTC.*provisioning is on/],
  ['it is silent after signs of quarantine', { ...lastHeard(999), hadQuarantineSigns: true }, 'silent', true, /in quarantine/],
  ['most operations fail', { lastHour: hour(30, 12, 5) }, 'failing', false, /5 of 12 operations failed/],
  ['five thousand fail, 41 of 100', { lastHour: hour(2e4, 12_200, 5_002) }, 'failing', true, /5002 of 12200/],
  ['over 40,000 fail, a few of 100', { lastHour: hour(9e5, 8e5, 40_001) }, 'failing', true, /40001 of 800000/],
  ['the first requests fail', { lastGood: undefined, lastHour: hour(1, 1, 1) }, 'failing', false, /None has succeeded yet/],
  [
    'no request has succeeded for long',
    { lastGood: ago(120), lastHour: hour(2, 2, 2) },
    'failing',
    false,
    /since 2026-11-22 10:00/,
  ],
  ['noted before failures were', { lastGood: undefined }, 'ok', false, /as expected/],
  [
    'its cycle is refused',
    { ...lastHeard(45), lastDenied: ago(3), lastEnded: ago(3) },
    'failing',
    true,
    /make a new token or client secret there, paste it into Entra/,
  ],
  ['it was refused days ago', { ...lastHeard(5000), lastDenied: ago(4960), lastEnded: ago(4960) }, 'failing', true, /has ended/],
  [
    'an unknown token is all that comes',
    { ...lastHeard(95), lastDenied: ago(3) },
    'failing',
    true,
    /without a token of this tenant/,
  ],
  [
    'no token is left',
    { tokens: { isAnyLive: false, endsAt: ago(5) } },
    'failing',
    false,
    /last one ended at 2026-11-22 11:55 UTC/,
  ],
  [
    'no token is left for a cycle',
    { ...lastHeard(50), tokens: { isAnyLive: false, endsAt: undefined } },
    'failing',
    true,
    /No token/,
  ],
])('it judges when %s', (_, facts, state, ...[likelyQuarantine, reason]) => {
  const health = judge({ ...quiet, ...facts }, NOW)
  expect(health).toMatchObject({ state, likelyQuarantine })
  expect(health.reason).toMatch(reason)
})

test('the next cycle is expected forty minutes after the last one began, or after one that takes longer', () => {
  expect(judge(quiet, NOW).nextExpected).toBe(ago(15) + 40 * MINUTE_MS)
  expect(judge({ ...quiet, cycleBegan: ago(180) }, NOW).nextExpected).toBe(ago(15) + 40 * MINUTE_MS)
  expect(judge({ ...quiet, ...lastHeard(500) }, NOW).nextExpected).toBeUndefined()
  expect(judge(never, NOW).nextExpected).toBeUndefined()
})

test.each([20, 40])('a quiet tenant whose probe comes every %i minutes is well at every minute of a week', (interval) => {
  const states = new Set<string>()
  for (let minute = 0; minute < 7 * 24 * 60; minute += 1) {
    const lastCome = NOW + (minute - (minute % interval)) * MINUTE_MS
    const seen = { lastRequest: lastCome, lastProbe: lastCome, lastGood: lastCome, cycleBegan: lastCome }
    states.add(judge({ ...quiet, ...seen, lastHour: hour(1) }, NOW + minute * MINUTE_MS).state)
  }
  expect([...states]).toEqual(['ok'])
})

test.each([
  [[], undefined],
  [[5], 5],
  [[0, 1, 2], 0],
  [[0, 1, 11, 12, 13], 11],
  [[0, 1, 2, 10, 19], 0],
])('the cycle of requests in minutes %j began at %p', (minutes, begin) => {
  expect(cycleBegin(minutes.map((minute) => minute * MINUTE_MS))).toBe(begin === undefined ? undefined : begin * MINUTE_MS)
})
