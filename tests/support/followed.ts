import type { Services } from '../../shared/app/services'

/** The tenant's follower, until it has done everything that there was; roles of another worker are waited for. */
export async function followed({ follower }: Pick<Services, 'follower'>, slug: string): Promise<void> {
  for (const deadline = performance.now() + 20_000; performance.now() < deadline;) {
    if (!(await follower.round([slug]))) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('The follower has not caught up within 20 s.')
}
