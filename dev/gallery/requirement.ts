import type { Run } from './run'

/** Something that is asked of an endpoint, and how it is tried. */
export interface Requirement {
  /** Microsoft's or Okta's name of the test; the requirement in words where there is no test of it. */
  readonly name: string
  /** Whoever lists the application only warns where it is not met. */
  readonly optional?: boolean
  /** Tried although no token was given: it tells why. */
  readonly withoutToken?: boolean
  /** @throws Unmet where the endpoint does not meet it, NotApplicable where it is not asked of this one */
  readonly run: (run: Run) => Promise<void>
}
