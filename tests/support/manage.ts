import { send, startService, type Answer, type TestService } from './service'
import { SIGN_IN_CLIENT, SIGN_IN_TENANT, startIssuer, type TestIssuer } from './issuer'

/** Sends a request below `/api/manage`. An object as body becomes JSON, text goes as it is with the given content type. */
export type Manage = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>

export interface ManagedService extends TestService {
  readonly issuer: TestIssuer
  /** An operator with the app role Rollcall.Admin. */
  readonly operator: Manage
  /** An operator with the app role Rollcall.Reader. */
  readonly reader: Manage
  /** Whoever holds the bearer token; nobody without one. */
  readonly as: (token: string | undefined) => Manage
}

/** The whole service with an issuer of operators' access tokens beside it. */
export async function startManaged(
  settings: Readonly<Record<string, string>> = {},
  host: Parameters<typeof startService>[1] = {},
): Promise<ManagedService> {
  const issuer = await startIssuer()
  const signIn = { SIGN_IN_TENANT_ID: SIGN_IN_TENANT, SIGN_IN_CLIENT_ID: SIGN_IN_CLIENT, SIGN_IN_ISSUER: issuer.issuer }
  const service = await startService({ ...signIn, ...settings }, host)
  const as =
    (token: string | undefined): Manage =>
    (method, path, body, headers = {}) =>
      send(`${service.origin}/api/manage${path}`, {
        method,
        body,
        headers: {
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
      })
  return {
    ...service,
    issuer,
    operator: as(await issuer.token({ roles: ['Rollcall.Admin'], name: 'Olga Operator' })),
    reader: as(await issuer.token({ roles: ['Rollcall.Reader'], name: 'Rita Reader' })),
    as,
    close: async () => {
      await service.close()
      await issuer.close()
    },
  }
}

/** Somebody who came by a setup link of the tenant. */
export async function linkOf(service: ManagedService, slug: string, role: 'admin' | 'reader' = 'admin'): Promise<Manage> {
  const made = await service.operator('POST', `/tenants/${slug}/links`, { role, label: 'Carla Customer' })
  const link = String(made.body['url']).split('#link=')[1]
  const session = await service.as(undefined)('POST', '/session', { link })
  return service.as(String(session.body['token']))
}
