/** What is set up once and looked at seldom, in one script. */
export { ReportsPage } from './reports/reports-page'
export { RolesPage } from './roles/roles-page'
export { SettingsPage } from './settings/settings-page'
export { TenantsPage } from './tenants/tenants-page'
