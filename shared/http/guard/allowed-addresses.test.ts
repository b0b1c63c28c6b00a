import { HttpRequest, InvocationContext } from '@azure/functions'
import { isAddressRange } from '../../config'
import { addressesIn, clientAddress, fromAddresses, limitedTogether } from './allowed-addresses'

const headersOf = (forwarded?: string) => new Headers(forwarded === undefined ? {} : { 'x-forwarded-for': forwarded })

test.each([
  ['203.0.113.0/24', true],
  ['203.0.113.7/32', true],
  ['2001:db8::/32', true],
  ['203.0.113.7', false],
  ['203.0.113.0/33', false],
  ['2001:db8::/129', false],
  ['203.0.113/24', false],
  ['203.0.113.0/24/8', false],
  ['203.0.113.0/-1', false],
  ['host.example/24', false],
  ['', false],
])('%j is a range: %s', (text, expected) => {
  expect(isAddressRange(text)).toBe(expected)
})

test.each([
  ['203.0.113.9:51234', '203.0.113.9'],
  ['203.0.113.9', '203.0.113.9'],
  ['[2001:db8::1]:443', '2001:db8::1'],
  ['2001:db8::1', '2001:db8::1'],
  ['198.51.100.1, 203.0.113.9:51234', '203.0.113.9'],
  ['203.0.113.9, unknown', undefined],
  ['', undefined],
  [undefined, undefined],
])('of X-Forwarded-For %j the last counts, which the front end wrote: %s', (forwarded, expected) => {
  expect(clientAddress(headersOf(forwarded))).toBe(expected)
})

test.each([
  ['203.0.113.9', '203.0.113.9'],
  ['::ffff:203.0.113.9', '203.0.113.9'],
  ['::ffff:cb00:7109', '203.0.113.9'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::', '2001:db8:1:2::/64'],
  ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
  ['fe80::1%eth0', 'fe80::/64'],
  ['', ''],
])('a limit by address counts %j as %j', (address, expected) => {
  expect(limitedTogether(address)).toBe(expected)
})

test('an address lies in a range or does not, in both families', () => {
  const isAllowed = addressesIn(['203.0.113.0/24', '2001:db8::/32'])
  expect(['203.0.113.255', '::ffff:203.0.113.1', '2001:db8:1::1'].map(isAllowed)).toEqual([true, true, true])
  expect(['203.0.114.0', '::ffff:203.0.114.1', '2001:db9::1', 'none', ''].map(isAllowed)).toEqual(Array(5).fill(false))
})

describe('a way in that is for some addresses only', () => {
  const context = new InvocationContext({ functionName: 'manage', invocationId: '1', logHandler: () => undefined })
  const asked = async (ranges: readonly string[], forwarded?: string) => {
    const handler = fromAddresses(
      () => ranges,
      () => Promise.resolve({ status: 200 }),
    )
    const headers = Object.fromEntries(headersOf(forwarded))
    return (await handler(new HttpRequest({ method: 'GET', url: 'https://host.example/api/manage', headers }), context)).status
  }

  test.each([
    [[], undefined, 200],
    [[], '198.51.100.1:1', 200],
    [['203.0.113.0/24'], '203.0.113.9:1', 200],
    [['203.0.113.0/24'], '198.51.100.1:1', 403],
    [['203.0.113.0/24'], '203.0.113.9, 198.51.100.1:1', 403],
    [['203.0.113.0/24'], undefined, 403],
  ])('with %j whoever sends %s gets %i', async (ranges, forwarded, status) => {
    expect(await asked(ranges, forwarded)).toBe(status)
  })
})
