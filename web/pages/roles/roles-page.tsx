import { useState } from 'preact/hooks'
import { answered, api } from '../../api/client'
import { useAnswer } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { Button } from '../../ui/button'
import { Page } from '../../ui/layout'
import { Loaded } from '../../ui/loaded'
import { Notice } from '../../ui/notice'
import { pageTitle, useFocus } from '../../ui/use-focus'
import { Inherit } from './inherit'
import { RoleLabels } from './role-labels'
import { RolesEditor } from './roles-editor'
import { RolesShown } from './roles-shown'

/** Which access role people get, and by which rules. */
export function RolesPage() {
  const tenant = useTenant()
  const params = { path: pathOf(tenant) }
  const roles = useAnswer(() => answered(api.GET('/api/manage/tenants/{tenant}/roles', { params })), [tenant.slug])
  const known = useAnswer(() => answered(api.GET('/api/manage/tenants/{tenant}/role-catalogue', { params })), [tenant.slug])
  const [isInheriting, setInheriting] = useState(false)
  const [times, setTimes] = useState(0)
  useFocus(pageTitle, times)
  return (
    <Page
      title="Roles"
      lead="An access role is what a person may do in the product. Rules give roles by the groups, app roles and attributes that Entra ID sends."
    >
      <Loaded of={roles} rows={8}>
        {(saved) => (
          <>
            {saved.inheritedFrom !== undefined && (
              <Notice title={`These are the roles and rules of ${saved.inheritedFrom.name}`}>
                They follow that super tenant until some are saved here. From then on this tenant has its own.
              </Notice>
            )}
            {saved.canInheritFrom !== undefined && (
              <Notice
                title="These roles and rules are this tenant’s own"
                action={tenant.isAdmin && <Button onClick={() => setInheriting(true)}>Inherit roles</Button>}
              >
                {saved.canInheritFrom.name} routes people here. Its roles and rules can hold for everybody in place of these.
              </Notice>
            )}
            {tenant.isAdmin ? (
              <>
                <Loaded of={known} rows={8}>
                  {(catalogue) => <RolesEditor key={times} saved={saved} known={catalogue} onSaved={roles.put} />}
                </Loaded>
                <RoleLabels saved={saved} roles={roles} />
              </>
            ) : (
              <RolesShown saved={saved} />
            )}
            {isInheriting && (
              <Inherit
                saved={saved}
                onClose={() => setInheriting(false)}
                onDone={(inherited) => {
                  roles.put(inherited)
                  setInheriting(false)
                  setTimes(times + 1)
                }}
              />
            )}
          </>
        )}
      </Loaded>
    </Page>
  )
}
