import { managementOperations } from '../../shared/app/management'

/** Every operation of the management API, to be looked at and never called: so they need nothing. */
export const operations = managementOperations({} as Parameters<typeof managementOperations>[0])
