import { whoIs } from './who'

test.each([
  [
    { oid: 'o-1', upn: 'olga@vendor.example', appid: 'a' },
    { kind: 'cli', id: 'o-1', name: 'olga@vendor.example' },
  ],
  [
    { oid: 'o-2', unique_name: 'live.com#olga@vendor.example' },
    { kind: 'cli', id: 'o-2', name: 'live.com#olga@vendor.example' },
  ],
  [
    { oid: 'o-3', appid: 'a-3' },
    { kind: 'cli', id: 'o-3', name: 'application a-3' },
  ],
  [{ upn: 7 }, { kind: 'cli', name: 'application unknown' }],
])('whoever is signed in with Azure is named by the token: %j', (claims, by) => {
  expect(whoIs(claims)).toEqual(by)
})
