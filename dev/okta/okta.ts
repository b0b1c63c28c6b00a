import type { Finding } from '../gallery/outcome'
import { tryAll } from '../gallery/try-all'
import type { Attempt, TryOptions } from '../gallery/try-all'
import { seed, specTests } from './spec-tests'

/**
 * Tries Okta's SPEC test against the endpoint and deletes whom it made, also when the signal stops it. Reports each test as it is known.
 * @throws only for a defect of its own
 */
export const runOkta = (options: TryOptions, report: (finding: Finding) => void, signal?: AbortSignal): Promise<Attempt> =>
  tryAll({ requirements: specTests(), marker: 'okta', prepare: seed }, options, report, signal)
