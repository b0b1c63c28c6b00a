import { randomUUID } from 'node:crypto'
import { own } from '../simulator/json'
import { MAIL } from '../simulator/mapping'
import { membersAdd, membersRemove } from '../simulator/patch-bodies'
import { makePeople, mustHaveMembers, provisionGroup } from './group-tests'
import { mustSustain } from './rate'
import { Unmet } from './outcome'
import type { Requirement } from './requirement'
import { ask, create, inBothShapes, mustFind, mustFindNone, patch } from './run'
import type { Run } from './run'
import { mapped, newValues } from './values'

/** What Microsoft's page of requirements asks for beside the 25 tests, and what makes their runs fail most often. */

async function findNobody(run: Run): Promise<void> {
  await mustFindNone(run, 'User', 'userName', `${randomUUID()}@gallery.invalid`)
  if (run.discovered?.hasGroup === true) await mustFindNone(run, 'Group', 'displayName', randomUUID())
}

/** Matching attributes that customers choose, each also beside somebody whom it must not find. */
async function filterAll(run: Run): Promise<void> {
  const user = await create(run, 'User', newValues(run, 'User', 'filters', [MAIL]))
  await create(run, 'User', newValues(run, 'User', 'filters-other', [MAIL]))
  await mustFind(run, user)
  await mustFind(run, user, 'userName', String(user.values.get('userName')).toUpperCase())
  for (const path of ['externalId', MAIL].filter((one) => mapped(run, 'User').includes(one))) await mustFind(run, user, path)
  if (run.discovered?.hasGroup !== true) return
  const group = await create(run, 'Group', newValues(run, 'Group', 'filters'))
  for (const path of ['displayName', 'externalId'].filter((one) => mapped(run, 'Group').includes(one)))
    await mustFind(run, group, path)
}

async function changeSeveral(run: Run): Promise<void> {
  const group = await provisionGroup(run, 'several')
  const ids = await makePeople(run, 'several', 4)
  try {
    await inBothShapes(async (family) => {
      await patch(run, group, membersAdd(family, ids))
      await mustHaveMembers(run, group, ids)
      await patch(run, group, membersRemove(family, ids.slice(1)))
      await mustHaveMembers(run, group, ids.slice(0, 1))
    })
  } catch (error) {
    throw error instanceof Unmet
      ? new Unmet(error.message, 'Accept several members in one PATCH of a group, to add and to remove.')
      : error
  }
}

/** Last of all, so that it knows every request before it. */
async function keepToken(run: Run): Promise<void> {
  const stranger = await run.visit(`stranger-${randomUUID()}`, { method: 'GET', path: '/Users', query: [['count', '1']] })
  if (stranger?.status !== 401)
    throw new Unmet(
      `GET /Users with a token that nobody made: wanted 401, came ${stranger?.status ?? 'no answer'}.`,
      'Refuse tokens that you did not give out, with 401.',
    )
  if (run.tokens.refusals() === 0) return
  throw new Unmet(
    `A token that should have been good was refused with 401, ${run.tokens.refusals()} times during the run.`,
    'Use a token that lasts: Microsoft wants a bearer token of 24 hours for its run, and 60 minutes to 6 hours by OAuth.',
  )
}

async function offerBulk(run: Run): Promise<void> {
  const { body } = await ask(run, { method: 'GET', path: '/ServiceProviderConfig' }, 200)
  if (own(own(body, 'bulk'), 'supported') === true) return
  throw new Unmet('/ServiceProviderConfig: bulk is not supported.', 'Support /Bulk; Microsoft recommends it.')
}

export const PAGE_REQUIREMENTS: readonly Requirement[] = [
  { name: 'A query that finds nobody is answered 200', run: findNobody },
  { name: 'Filters on every matching attribute', run: filterAll },
  { name: 'Several members in one PATCH', run: changeSeveral },
  { name: 'Bulk (recommended)', optional: true, run: offerBulk },
  { name: '25 requests a second', run: mustSustain },
  { name: 'The token lasts the whole run', run: keepToken },
]
