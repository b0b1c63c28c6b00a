import { linkOf, type Manage, type ManagedService } from './manage'
import type { Answer, TestTenant } from './service'

/** A tenant whose administrator came by a setup link. */
export interface Customer {
  readonly tenant: TestTenant
  readonly admin: Manage
  /** Below `/api/manage`. */
  readonly path: string
  /** Sent by the tenant's directory; the id. */
  readonly person: (userName: string, more?: object) => Promise<string>
  readonly group: (displayName: string, memberIds?: readonly string[], externalId?: string) => Promise<string>
  /** Saves roles and rules under the present version. */
  readonly save: (rules: readonly object[], more?: object) => Promise<Answer>
}

/** @param index of a tenant that no other test uses */
export async function customerOf(service: ManagedService, index: number): Promise<Customer> {
  const tenant = service.tenant(index)
  await tenant.send('GET', '/Users')
  const admin = await linkOf(service, tenant.slug)
  const path = `/tenants/${tenant.slug}`
  const made = async (resources: string, resource: object) => {
    const { status, body } = await tenant.send('POST', resources, resource)
    if (status !== 201) throw new Error(`${resources} answered ${status}.`)
    return String(body['id'])
  }
  return {
    tenant,
    admin,
    path,
    person: (userName, more = {}) => made('/Users', { userName, ...more }),
    group: (displayName, memberIds = [], externalId) =>
      made('/Groups', { displayName, externalId, members: memberIds.map((value) => ({ value })) }),
    save: async (rules, more = {}) => {
      const { version } = (await admin('GET', `${path}/roles`)).body
      const policy = { roles: ['Admin', 'Loanee', 'No access'], grantsAccess: [], defaultRole: 'No access', rules }
      return admin('PUT', `${path}/roles`, { version, ...policy, ...more })
    },
  }
}
