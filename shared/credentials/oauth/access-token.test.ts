import { randomBytes } from 'node:crypto'
import { rootKeys } from '../keys/root-keys'
import { tenantKeys } from '../keys/tenant-keys'
import { looksLikeAccessToken, readAccessToken, writeAccessToken } from './access-token'

const root = (...versions: string[]) =>
  rootKeys(() => Promise.resolve(versions.map((version) => ({ version, bytes: Buffer.alloc(32, version), createdAt: 0 }))))
const contoso = { slug: 'contoso', generation: 1 }
const token = { grantId: randomBytes(16).toString('hex'), expiresAt: 1_900_000_000 }

test('an access token is read by its tenant alone, of its own generation', async () => {
  const text = await writeAccessToken(tenantKeys(root('a'), contoso), token)
  expect(looksLikeAccessToken(text)).toBe(true)
  expect(text.length).toBeLessThanOrEqual(256)
  expect(await readAccessToken(tenantKeys(root('a'), contoso), text)).toEqual(token)
  for (const other of [
    { slug: 'fabrikam', generation: 1 },
    { ...contoso, generation: 2 },
  ]) {
    expect(await readAccessToken(tenantKeys(root('a'), other), text)).toBeUndefined()
  }
})

test('it survives a new version of the root key, and ends with its own', async () => {
  const text = await writeAccessToken(tenantKeys(root('a'), contoso), token)
  expect(await readAccessToken(tenantKeys(root('b', 'a'), contoso), text)).toEqual(token)
  expect(await readAccessToken(tenantKeys(root('b'), contoso), text)).toBeUndefined()
})

test('neither grant nor expiry can be changed, nor is another spelling of it one', async () => {
  const keys = tenantKeys(root('a'), contoso)
  const text = await writeAccessToken(keys, token)
  const changed = [
    text.replace(token.grantId, randomBytes(16).toString('hex')),
    text.replace('1900000000', '1900000001'),
    text.slice(0, -1) + (text.endsWith('A') ? 'B' : 'A'),
    `${text}=`,
    ` ${text}`,
    text.toUpperCase(),
    text.slice(0, -1),
  ]
  for (const one of changed) expect(await readAccessToken(keys, one)).toBeUndefined()
  // The last character holds two bits that say nothing: one spelling of the four was given out.
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const spellings = Array.from(alphabet, (last) => text.slice(0, -1) + last)
  const read = await Promise.all(spellings.map((one) => readAccessToken(keys, one)))
  expect(read.filter((one) => one !== undefined)).toHaveLength(1)
})
