/**
 * What Azure's built-in roles let somebody do to resources, as Microsoft lists it:
 * https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/privileged, the version of 1 July 2026.
 */
const builtInRoles: Readonly<Record<string, { readonly actions: readonly string[]; readonly notActions: readonly string[] }>> = {
  Contributor: {
    actions: ['*'],
    notActions: [
      'Microsoft.Authorization/*/Delete',
      'Microsoft.Authorization/*/Write',
      'Microsoft.Authorization/elevateAccess/Action',
      'Microsoft.Blueprint/blueprintAssignments/write',
      'Microsoft.Blueprint/blueprintAssignments/delete',
      'Microsoft.Compute/galleries/share/action',
      'Microsoft.Purview/consents/write',
      'Microsoft.Purview/consents/delete',
      'Microsoft.Resources/deploymentStacks/manageDenySetting/action',
      'Microsoft.Subscription/cancel/action',
      'Microsoft.Subscription/enable/action',
    ],
  },
  'Role Based Access Control Administrator': {
    actions: [
      'Microsoft.Authorization/roleAssignments/write',
      'Microsoft.Authorization/roleAssignments/delete',
      '*/read',
      'Microsoft.Support/*',
    ],
    notActions: [],
  },
  'User Access Administrator': { actions: ['*/read', 'Microsoft.Authorization/*', 'Microsoft.Support/*'], notActions: [] },
}

/** Actions are compared without regard to case; a star stands for any text. */
function matches(action: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll('.', '\\.'))
  return new RegExp(`^${parts.join('.*')}$`, 'i').test(action)
}

/** Whether any of the roles allows the action; what one of them leaves out another one may allow. */
export function allows(roles: readonly string[], action: string): boolean {
  return roles.some((name) => {
    const role = builtInRoles[name]
    if (role === undefined) throw new Error(`${name} is not in the list of built-in roles`)
    return (
      role.actions.some((pattern) => matches(action, pattern)) && !role.notActions.some((pattern) => matches(action, pattern))
    )
  })
}
