import type { LookupAddress } from 'node:dns'
import { isPublicAddress, publicLookup, wrongUrl } from './addresses'

test.each([
  ['8.8.8.8', true],
  ['2606:4700::1111', true],
  ['127.0.0.1', false],
  ['10.1.2.3', false],
  ['172.16.0.1', false],
  ['192.168.0.1', false],
  ['169.254.169.254', false],
  ['168.63.129.16', false],
  ['100.64.0.1', false],
  ['0.0.0.0', false],
  ['224.0.0.1', false],
  ['255.255.255.255', false],
  ['192.0.2.1', false],
  ['198.18.0.1', false],
  ['240.0.0.1', false],
  ['::', false],
  ['::1', false],
  ['fe80::1', false],
  ['fec0::1', false],
  ['fd00:ec2::254', false],
  ['ff02::1', false],
  ['::ffff:10.0.0.1', false],
  ['::ffff:8.8.8.8', false],
  ['::7f00:1', false],
  ['64:ff9b::8.8.8.8', false],
  ['64:ff9b:1::1', false],
  ['2002:7f00:1::', false],
  ['2001:0::1', false],
  ['2001:db8::1', false],
  ['example.com', false],
])('address %s is public: %s', (address, expected) => {
  expect(isPublicAddress(address)).toBe(expected)
})

test.each<[string, string | undefined]>([
  ['https://example.com/hook', undefined],
  ['https://example.com:8443/hook?tenant=1', undefined],
  ['https://8.8.8.8/', undefined],
  ['https://[2606:4700::1111]/', undefined],
  ['http://example.com/', 'must begin with https://'],
  ['ftp://example.com/', 'must begin with https://'],
  ['example.com', 'must be a URL'],
  ['https://user:secret@example.com/', 'must not hold a user name or password: deliveries are signed instead'],
  ['https://example.com/#part', 'must not have a fragment'],
  [`https://example.com/${'x'.repeat(2000)}`, 'must have at most 2000 characters'],
  ...['127.0.0.1', '127.1', '0x7f.1', '2130706433', '[::1]', '[::ffff:127.0.0.1]', '169.254.169.254', '[fd00:ec2::254]'].map(
    (host): [string, string] => [`https://${host}/`, 'must not lead to a private or reserved address'],
  ),
])('%s: %s', (url, expected) => {
  expect(wrongUrl(url, false)).toBe(expected)
})

test.each(['http://localhost:3000/', 'http://127.0.0.1/', 'https://[::1]/'])('%s is for local runs', (url) => {
  expect(wrongUrl(url, true)).toBeUndefined()
})

const address = (text: string): LookupAddress => ({ address: text, family: text.includes(':') ? 6 : 4 })
const found = (addresses: string[], options: { all?: boolean; family?: number }) =>
  new Promise((resolve) => {
    publicLookup(() => Promise.resolve(addresses.map(address)))('name.example', options, (error, ...rest) => {
      resolve(error === null ? rest : error.name)
    })
  })

test('a look-up gives what was checked, in the form that the socket asks for', async () => {
  const both = ['2606:4700::1111', '8.8.8.8']
  expect(await found(both, { all: true })).toEqual([both.map(address)])
  expect(await found(both, {})).toEqual(['2606:4700::1111', 6])
  expect(await found(both, { family: 4 })).toEqual(['8.8.8.8', 4])
})

test('one address that is not public refuses the name', async () => {
  expect(await found(['8.8.8.8', '10.0.0.1'], { all: true })).toBe('AddressRefused')
  expect(await found(['8.8.8.8', '10.0.0.1'], {})).toBe('AddressRefused')
  expect(await found([], { all: true })).toBe('AddressRefused')
})

test('a name that is not found is told apart', async () => {
  const failed = new Promise((resolve) => {
    publicLookup(() => Promise.reject(new Error('ENOTFOUND')))('name.example', {}, resolve)
  })
  expect(await failed).toMatchObject({ message: 'ENOTFOUND' })
})
