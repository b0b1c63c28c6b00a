/** What an instance of the service is made of: bundled, and evaluated for each with its own clock and memory. */
export { createServices } from '../../shared/app/services'
export { readConfig } from '../../shared/config'
export { endpoint } from '../../shared/scim-api/endpoint'
export { resourceHandler } from '../../shared/scim-api/resource-handler'
export { tablesOver } from '../../shared/storage/connect'
