import type { TenantClient } from './tenant-client'

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group'
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

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
