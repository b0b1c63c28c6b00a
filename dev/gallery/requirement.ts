import type { Run } from './run'

/** Something that the gallery asks of an endpoint, and how it is tried. */
export interface Requirement {
  /** Microsoft's name of the test; the requirement in words where Microsoft has no test of it. */
  readonly name: string
  /** Microsoft only warns where it is not met. */
  readonly optional?: boolean
  /** @throws Unmet where the endpoint does not meet it, NotApplicable where it is not asked of this one */
  readonly run: (run: Run) => Promise<void>
}
