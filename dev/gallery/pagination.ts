import { objects, own } from '../simulator/json'
import type { ResourceKind } from '../simulator/mapping'
import { endpoint } from '../simulator/world'
import { Unmet } from './outcome'
import type { Requirement } from './requirement'
import { ask, create, needGroups } from './run'
import type { Run } from './run'
import { newValues } from './values'

/** As Microsoft's test has it: at least so many resources, read by pages of five. */
const RESOURCES = 11
const COUNT = 5

const CHANGE = `Page by startIndex and count: return the startIndex that was asked for, ${COUNT} at most, in an order that stays, each once.`

async function mustPage(run: Run, kind: ResourceKind): Promise<void> {
  for (let n = 1; n <= RESOURCES; n++) await create(run, kind, newValues(run, kind, `page-${n}`))
  const seen = new Set<unknown>()
  const excluded = kind === 'Group' ? ([['excludedAttributes', 'members']] as const) : []
  for (const startIndex of [1, 1 + COUNT, 1 + 2 * COUNT]) {
    const query = [['startIndex', String(startIndex)], ['count', String(COUNT)], ...excluded] as const
    const { body } = await ask(run, { method: 'GET', path: endpoint(kind), query }, 200)
    const total = Number(own(body, 'totalResults'))
    const ids = objects(own(body, 'Resources')).map((one) => own(one, 'id'))
    const page = `GET ${endpoint(kind)}?startIndex=${startIndex}&count=${COUNT}`
    if (!(total >= RESOURCES)) throw new Unmet(`${page}: totalResults is ${total} where at least ${RESOURCES} are there.`, CHANGE)
    if (own(body, 'startIndex') !== startIndex)
      throw new Unmet(`${page}: the startIndex of the answer is another or none.`, CHANGE)
    const wanted = Math.min(COUNT, total - startIndex + 1)
    if (ids.length !== wanted) throw new Unmet(`${page}: ${ids.length} resources where ${wanted} are right.`, CHANGE)
    if (ids.some((id) => seen.has(id))) throw new Unmet(`${page}: a resource of an earlier page came again.`, CHANGE)
    for (const id of ids) seen.add(id)
  }
}

export const PAGINATION: readonly Requirement[] = [
  { name: 'SCIM_User_Pagination_Test', run: (run) => mustPage(run, 'User') },
  {
    name: 'SCIM_Group_Pagination_Test',
    optional: true,
    run: async (run) => {
      needGroups(run)
      await mustPage(run, 'Group')
    },
  },
]
