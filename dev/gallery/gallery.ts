import { discover, SCHEMA_DISCOVERABILITY } from './discovery'
import { GROUP_TESTS } from './group-tests'
import { PAGE_REQUIREMENTS } from './page-requirements'
import { PAGINATION } from './pagination'
import type { Finding } from './outcome'
import type { Requirement } from './requirement'
import { SCIM_NULL_UPDATE, SCIM_UPDATE_MANAGER, SCIM_WRITES } from './scim-tests'
import { SIGN_IN_TESTS } from './sign-in-tests'
import { tryAll } from './try-all'
import type { Attempt, TryOptions } from './try-all'
import { USER_TESTS } from './user-tests'

/** The 25 tests in Microsoft's order, then what its page asks for beside them. */
export const REQUIREMENTS: readonly Requirement[] = [
  ...USER_TESTS,
  ...GROUP_TESTS,
  SCHEMA_DISCOVERABILITY,
  SCIM_NULL_UPDATE,
  ...SCIM_WRITES,
  ...SIGN_IN_TESTS,
  ...PAGINATION,
  SCIM_UPDATE_MANAGER,
  ...PAGE_REQUIREMENTS,
]

/**
 * Tries every requirement against the endpoint and deletes what it made, also when the signal stops it. Reports each as it is known.
 * @throws only for a defect of its own
 */
export const runGallery = (options: TryOptions, report: (finding: Finding) => void, signal?: AbortSignal): Promise<Attempt> =>
  tryAll({ requirements: REQUIREMENTS, marker: 'gallery', prepare: discover }, options, report, signal)
