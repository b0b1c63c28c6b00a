import { ActivityPage } from './pages/activity/activity-page'
import { ConnectPage } from './pages/connect/connect-page'
import { GroupsPage } from './pages/groups/groups-page'
import { HealthPage } from './pages/health/health-page'
import { PeoplePage } from './pages/people/people-page'
import { ReportsPage } from './pages/reports/reports-page'
import { RolesPage } from './pages/roles/roles-page'
import { SettingsPage } from './pages/settings/settings-page'
import { TenantsPage } from './pages/tenants/tenants-page'
import type { Page } from './shell/tenant-frame'

/** The pages of a tenant, in the order of the navigation. */
export const PAGES: readonly Page[] = [
  { path: 'connect', title: 'Connect', icon: 'connect', page: ConnectPage },
  { path: 'people', title: 'People', icon: 'people', page: PeoplePage },
  { path: 'groups', title: 'Groups', icon: 'groups', page: GroupsPage },
  { path: 'roles', title: 'Roles', icon: 'roles', page: RolesPage },
  { path: 'tenants', title: 'Tenants', icon: 'tenants', page: TenantsPage },
  { path: 'activity', title: 'Activity', icon: 'activity', page: ActivityPage },
  { path: 'reports', title: 'Reports', icon: 'reports', page: ReportsPage },
  { path: 'health', title: 'Health', icon: 'health', page: HealthPage },
  { path: 'settings', title: 'Settings', icon: 'settings', page: SettingsPage },
]
