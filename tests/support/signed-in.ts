import { startIssuer, type Issuer } from '../../dev/sign-in/issuer'
import { requestToken } from '../../dev/sign-in/token-endpoint'
import { bearer, fetchedTokens, type TokenSource } from '../../dev/sign-in/token-source'
import { linkOf, startManaged, type Manage, type ManagedService } from './manage'
import type { TestTenant } from './service'

/** The service with an issuer of assertions beside it, as Entra ID is one. */
export interface SignInWorld {
  readonly service: ManagedService
  readonly entra: Issuer
  readonly close: () => Promise<void>
}

export async function startSignInWorld(): Promise<SignInWorld> {
  const entra = await startIssuer({ port: 0 })
  const service = await startManaged({ FEDERATION_TEST_ISSUER: new URL(entra.trust.issuer).origin })
  return {
    service,
    entra,
    close: async () => {
      await service.close()
      await entra.close()
    },
  }
}

/** A tenant whose customer's admin sets up the ways that a directory may sign in by. */
export async function customerWithWays({ service, entra }: SignInWorld, index: number) {
  const tenant: TestTenant = service.tenant(index)
  await tenant.send('GET', '/Users?count=0') // locally the first request makes it
  const manage: Manage = await linkOf(service, tenant.slug)
  const path = `/tenants/${tenant.slug}/sign-in`
  const { body } = await manage('GET', path)
  const client = { endpoint: String(body['tokenEndpoint']), clientId: String(body['clientId']) }
  return {
    tenant,
    manage,
    path,
    bearer: (): TokenSource => bearer(tenant.token),
    withSecret: async (credentials: 'header' | 'body' = 'header'): Promise<TokenSource & { readonly id: string }> => {
      const made = (await manage('POST', `${path}/secrets`, { label: 'Entra ID' })).body
      const proof = { secret: String(made['value']), credentials }
      return { ...fetchedTokens('client-credentials', () => requestToken(client, proof)), id: String(made['id']) }
    },
    federated: async (): Promise<TokenSource & { readonly id: string }> => {
      const { issuer, subject, audience } = entra.trust
      const wanted = { label: 'Entra ID', issuer, subject, audiences: [`api://${audience}`, audience] }
      const made = (await manage('POST', `${path}/trusts`, wanted)).body
      const ask = async () => requestToken(client, { assertion: await entra.assertion() })
      return { ...fetchedTokens('federation', ask), id: String(made['id']) }
    },
  }
}
