import { matchToken } from './bearer'
import { localTokens } from './local-tokens'

const options = { now: 0, revoked: new Set<string>() }

test('a tenant has its token, whatever its generation', async () => {
  const read = localTokens(new Map([['contoso', 'local-secret']]))
  for (const generation of [1, 2]) {
    const versions = await read({ slug: 'contoso', generation })
    expect(matchToken('local-secret', versions, options)?.id).toBe('local')
    expect(matchToken('other', versions, options)).toBeUndefined()
  }
})

test.each(['fabrikam', 'constructor', '__proto__', ''])('the tenant %j, which is not listed, has none', async (slug) => {
  const read = localTokens(new Map([['contoso', 'local-secret']]))
  expect(await read({ slug, generation: 1 })).toEqual([])
})

test('an empty value is no token', async () => {
  const read = localTokens(new Map([['contoso', '']]))
  expect(await read({ slug: 'contoso', generation: 1 })).toEqual([])
})

test('a Key Vault reference that was not resolved is refused at once', () => {
  const reference = '@Microsoft.KeyVault(VaultName=v;SecretName=s)'
  expect(() => localTokens(new Map([['contoso', reference]]))).toThrow(/contoso.*was not resolved/)
})

test('the text of the token is not kept', async () => {
  const versions = await localTokens(new Map([['contoso', 'local-secret']]))({ slug: 'contoso', generation: 1 })
  expect(
    JSON.stringify(versions.map((version) => ({ ...version, digest: Buffer.from(version.digest).toString('latin1') }))),
  ).not.toContain('local-secret')
})
