import { answered, api } from '../../api/client'
import { useAnswer } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { Page } from '../../ui/layout'
import { Loaded } from '../../ui/loaded'
import { Notice } from '../../ui/notice'
import { RolesEditor } from './roles-editor'
import { RolesShown } from './roles-shown'

/** Which access role people get, and by which rules. */
export function RolesPage() {
  const tenant = useTenant()
  const roles = useAnswer(
    () => answered(api.GET('/api/manage/tenants/{tenant}/roles', { params: { path: pathOf(tenant) } })),
    [tenant.slug],
  )
  return (
    <Page
      title="Roles"
      lead="An access role is what a person may do in the product. Rules give roles to the members of groups that Entra ID sends."
    >
      <Loaded of={roles} rows={8}>
        {(saved) => (
          <>
            {saved.inheritedFrom !== undefined && (
              <Notice title={`These are the roles and rules of ${saved.inheritedFrom.name}`}>
                They follow that super tenant until some are saved here. From then on this tenant has its own.
              </Notice>
            )}
            {tenant.isAdmin ? <RolesEditor saved={saved} onSaved={roles.put} /> : <RolesShown saved={saved} />}
          </>
        )}
      </Loaded>
    </Page>
  )
}
