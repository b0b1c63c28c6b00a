import type { Running } from '../../../dev/browser/running'
import { sender } from '../../../dev/demo/fill'
import { manageOf, readerLink, type Manage } from './contoso'

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group'
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

/** What Entra ID and an administrator without a browser send to the tenant `demo`. */
export interface TenantClient {
  readonly scim: Manage
  readonly manage: Manage
  /** Opens the console for somebody who may look and change nothing. */
  readonly readerLink: () => Promise<string>
}

export async function tenantClient(service: Running): Promise<TenantClient> {
  const manage = await manageOf(service)
  return { scim: sender(service.tenantUrl, service.token), manage, readerLink: () => readerLink(manage) }
}

/** As Entra ID provisions them. Answers the id. */
export async function provisionPerson({ scim }: TenantClient, name: string, more: object = {}): Promise<string> {
  const userName = `${name.toLowerCase().replace(' ', '.')}@contoso.example`
  const { id } = await scim('POST', '/Users', { schemas: [USER], userName, displayName: name, active: true, ...more })
  return String(id)
}

export async function provisionGroup(
  { scim }: TenantClient,
  group: { readonly displayName: string; readonly externalId: string; readonly members?: readonly string[] },
): Promise<string> {
  const members = (group.members ?? []).map((value) => ({ value }))
  const { id } = await scim('POST', '/Groups', { schemas: [GROUP], ...group, members })
  return String(id)
}

export async function disablePerson({ scim }: TenantClient, id: string): Promise<void> {
  await scim('PATCH', `/Users/${id}`, { schemas: [PATCH], Operations: [{ op: 'replace', path: 'active', value: false }] })
}
