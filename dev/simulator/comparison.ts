import { own, text } from './json'
import { example, judgeResource } from './judge'
import type { ResourceKind } from './mapping'
import { compareMembers } from './members'
import type { MembershipRules } from './members'
import { read } from './resources'
import { page } from './test-connection'
import { inParallel, linked } from './world'
import type { Held, World } from './world'

const MAX_PAGE = 100

/** Several pages also for a small directory, and not a divisor of most sizes. */
const pageSize = (resources: number) => Math.min(MAX_PAGE, Math.max(3, Math.ceil(resources / 4) + 1))

type Page = NonNullable<Awaited<ReturnType<typeof page>>>

const idsOf = ({ resources }: Page) => resources.map((resource) => text(own(resource, 'id')) ?? '')

/** Reads pages until one brings nothing new, whatever totalResults says; undefined when one was not answered. */
async function pages(world: World, kind: ResourceKind, count: number): Promise<Page[] | undefined> {
  const all: Page[] = []
  const seen = new Set<string>()
  for (let startIndex = 1; ;) {
    const one = await page(world, kind, startIndex, count)
    if (one === undefined) return undefined
    all.push(one)
    const body = one.done.answer.body
    const numbersAgree = own(body, 'startIndex') === startIndex && own(body, 'itemsPerPage') === one.resources.length
    if (!numbersAgree || one.resources.length > count) world.ledger.object('paging-numbers', example(one.done))
    const seenBefore = seen.size
    for (const id of idsOf(one)) seen.add(id)
    if (seen.size === seenBefore) return all
    startIndex += one.resources.length
  }
}

/** Index paging, as account discovery does it: each resource once, and the right total (entra 1.11). */
async function comparePages(world: World, kind: ResourceKind, resources: readonly Held[]): Promise<void> {
  const known = new Map(linked(resources).map((held) => [held.id, held]))
  const all = await pages(world, kind, pageSize(known.size))
  const first = all?.[0]
  if (all === undefined || first === undefined) return
  for (const { done, resources: found } of all) {
    for (const resource of found) {
      const held = known.get(text(own(resource, 'id')) ?? '')
      if (held !== undefined) judgeResource(world.ledger, done, resource, held)
    }
  }
  const ids = all.flatMap(idsOf)
  const seen = new Set(ids)
  const missing = [...known.keys()].filter((id) => !seen.has(id)).length
  const repeated = ids.length - seen.size
  if (missing + repeated > 0) {
    world.ledger.object('paging-incomplete', example(first.done, `${missing} missing, ${repeated} repeated`))
  }
  const wrong = all.find(({ done }) => own(done.answer.body, 'totalResults') !== seen.size)
  if (wrong !== undefined) world.ledger.object('paging-numbers', example(wrong.done))
}

/** Everything the server holds against everything that was written: users, managers, groups with members, and pages. */
export async function fullComparison(world: World, rules: MembershipRules): Promise<void> {
  await inParallel(linked(world.users), world.parallel, async (user) => {
    await read(world, user)
  })
  await inParallel(linked(world.groups), world.parallel, (group) => compareMembers(world, group, rules))
  await comparePages(world, 'User', world.users)
  await comparePages(world, 'Group', world.groups)
}
