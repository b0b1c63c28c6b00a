/** What somebody looks at most days, in one script. */
export { ActivityPage } from './activity/activity-page'
export { GroupsPage } from './groups/groups-page'
export { HealthPage } from './health/health-page'
export { PeoplePage } from './people/people-page'
