import { lazy, type Lazy } from './shell/lazy'
import type { Page } from './shell/tenant-frame'

// Three scripts rather than nine: pages of one share their parts, and few parts of the console are a file of their own.
const connect = () => import('./pages/connect/connect-page')
const everyday = () => import('./pages/everyday')
const administration = () => import('./pages/administration')

/** The pages of a tenant, in the order of the navigation. */
export const PAGES: readonly (Page & Lazy<object>)[] = [
  { path: 'connect', title: 'Connect', icon: 'connect', ...lazy(() => connect().then((of) => of.ConnectPage)) },
  { path: 'people', title: 'People', icon: 'people', ...lazy(() => everyday().then((of) => of.PeoplePage)) },
  { path: 'groups', title: 'Groups', icon: 'groups', ...lazy(() => everyday().then((of) => of.GroupsPage)) },
  { path: 'roles', title: 'Roles', icon: 'roles', ...lazy(() => administration().then((of) => of.RolesPage)) },
  { path: 'tenants', title: 'Tenants', icon: 'tenants', ...lazy(() => administration().then((of) => of.TenantsPage)) },
  { path: 'activity', title: 'Activity', icon: 'activity', ...lazy(() => everyday().then((of) => of.ActivityPage)) },
  { path: 'reports', title: 'Reports', icon: 'reports', ...lazy(() => administration().then((of) => of.ReportsPage)) },
  { path: 'health', title: 'Health', icon: 'health', ...lazy(() => everyday().then((of) => of.HealthPage)) },
  { path: 'settings', title: 'Settings', icon: 'settings', ...lazy(() => administration().then((of) => of.SettingsPage)) },
]
