import { randomBytes } from 'node:crypto'
import * as z from 'zod'
import { release, setLock, setProductId, type AccessOutcome } from '../../access/access'
import type { DirectoryContext } from '../../directory/context'
import { isId } from '../../directory/identifiers'
import { derive, readPeople } from '../../access/read-access'
import { updateResource } from '../../directory/documents/update'
import { visitAccess } from '../../access/visit-access'
import { isActive } from '../../roles/derive'
import { productIdSchema } from '../../roles/rules'
import { inParallel } from '../../storage/parallel'
import { tenantOperation, type OpenedTenant, type Operation } from '../../api/operation'
import { personId, personShown, showPerson, textOf, withNamesOfNow } from '../../access/person-view'
import { absent, conflict } from '../../api/problem'

const MAX_IDS = 1000
const WRITTEN_AT_ONCE = 16

/** A person as the change has left it. */
async function showChanged({ directory, tenant }: Pick<OpenedTenant, 'directory' | 'tenant'>, id: string) {
  const { policy, roleLabels } = tenant.settings
  const people = await readPeople(directory, [id])
  const [person] = await withNamesOfNow(
    directory,
    people.map((one) => ({ ...one, ...derive(one, policy) })),
  )
  if (person === undefined) throw absent(MISSING)
  return { status: 200, body: showPerson(person, roleLabels) }
}

const MISSING = 'There is no such person.'

/** Why it was not done, for an administrator; undefined when it was. */
function whyNot(outcome: AccessOutcome): string | undefined {
  if (outcome.ok) return undefined
  switch (outcome.reason) {
    case 'missing':
      return MISSING
    case 'disabled':
      return 'The directory has set this person inactive, so there is no role to lock. Lock it when the person is active again.'
    case 'pending':
      return 'This person waits for a release and has no role to lock yet. Release the person first.'
    case 'taken':
      return `The person ${outcome.holderId} has this product id already. Take it away there first.`
  }
}

/** @throws Problem 404 or 409 */
function refuse(outcome: AccessOutcome, path?: string): void {
  const detail = whyNot(outcome)
  if (outcome.ok || detail === undefined) return
  if (outcome.reason === 'missing') throw absent(detail)
  throw conflict(detail, path === undefined ? [] : [{ path, detail }])
}

const changed = { 200: { description: 'The person after it', schema: personShown } }

const lock = tenantOperation(
  {
    id: 'lockPerson',
    method: 'PUT',
    path: '/tenants/{tenant}/people/{id}/lock',
    summary:
      'Locks the person to the role of now, whatever happens to groups and rules. A Disabled or Pending person cannot be locked',
    access: 'tenantAdmin',
    audit: 'lock.changed',
    parameters: personId,
    body: z.strictObject({}),
    answers: changed,
  },
  async ({ path: { id }, actor, audit, wake, ...opened }) => {
    const { directory, tenant } = opened
    refuse(await setLock(directory, tenant.settings.policy, id, { locked: true, by: actor.name, audit }))
    wake()
    return showChanged(opened, id)
  },
)

const unlock = tenantOperation(
  {
    id: 'unlockPerson',
    method: 'DELETE',
    path: '/tenants/{tenant}/people/{id}/lock',
    summary: 'Takes the lock off, also of a person who is Disabled now',
    access: 'tenantAdmin',
    audit: 'lock.changed',
    parameters: personId,
    answers: changed,
  },
  async ({ path: { id }, actor, audit, wake, ...opened }) => {
    const { directory, tenant } = opened
    refuse(await setLock(directory, tenant.settings.policy, id, { locked: false, by: actor.name, audit }))
    wake()
    return showChanged(opened, id)
  },
)

const ids = z.array(z.string().max(64)).min(1).max(MAX_IDS)

const results = z.object({
  results: z.array(z.object({ id: z.string(), ok: z.boolean(), detail: z.string().optional().describe('Why it was not done') })),
})

/** Each person for itself: what one cannot have keeps no other from it. Repeatable. */
async function changeEach(people: readonly string[], change: (id: string) => Promise<AccessOutcome>) {
  return inParallel([...new Set(people)], WRITTEN_AT_ONCE, async (id) => {
    const detail = whyNot(await change(id))
    return { id, ok: detail === undefined, ...(detail !== undefined && { detail }) }
  })
}

const lockMany = tenantOperation(
  {
    id: 'lockPeople',
    method: 'POST',
    path: '/tenants/{tenant}/people/locks',
    summary: 'Locks many people, each to the role of now, or takes their locks off. Repeatable',
    access: 'tenantAdmin',
    audit: 'lock.changed',
    body: z.strictObject({ ids, locked: z.boolean() }),
    answers: { 200: { description: 'What came of each person', schema: results } },
  },
  async ({ body, directory, tenant, actor, audit, wake }) => {
    const change = { locked: body.locked, by: actor.name, audit }
    try {
      const done = await changeEach(body.ids, (id) => setLock(directory, tenant.settings.policy, id, change))
      return { status: 200, body: { results: done } }
    } finally {
      wake() // also when it broke off
    }
  },
)

const releaseOne = tenantOperation(
  {
    id: 'releasePerson',
    method: 'POST',
    path: '/tenants/{tenant}/people/{id}/release',
    summary: 'Lets a Pending person in. Repeatable',
    access: 'tenantAdmin',
    audit: 'person.released',
    parameters: personId,
    answers: changed,
  },
  async ({ path: { id }, actor, audit, wake, ...opened }) => {
    refuse(await release(opened.directory, id, { by: actor.name, audit }))
    wake()
    return showChanged(opened, id)
  },
)

const releaseMany = tenantOperation(
  {
    id: 'releasePeople',
    method: 'POST',
    path: '/tenants/{tenant}/people/releases',
    summary: 'Lets many Pending people in, or all of them. Repeatable',
    access: 'tenantAdmin',
    audit: 'person.released',
    body: z
      .strictObject({ ids: ids.optional(), all: z.literal(true).optional() })
      .refine((sent) => (sent.ids === undefined) !== (sent.all === undefined), 'Send either ids or all.'),
    answers: {
      200: {
        description: 'What came of each person',
        schema: results.extend({
          left: z.int().describe('How many more wait, of all: a request releases at most 1,000. Repeat it'),
        }),
      },
    },
  },
  async ({ body, directory, actor, audit, wake }) => {
    const wanted = body.ids ?? (await stagedPeople(directory))
    const now = wanted.slice(0, MAX_IDS)
    try {
      const done = await changeEach(now, (id) => release(directory, id, { by: actor.name, audit }))
      return { status: 200, body: { results: done, left: wanted.length - now.length } }
    } finally {
      wake()
    }
  },
)

/** Of `/people/releases` too, and taken before `/people/{id}`. */
export const waitingOperation = tenantOperation(
  {
    id: 'countPending',
    method: 'GET',
    path: '/tenants/{tenant}/people/releases',
    summary: 'How many people wait for a release. Everybody is looked at for it',
    access: 'tenantReader',
    answers: {
      200: {
        description: 'The count',
        schema: z.object({ waiting: z.int().describe('Released by `all`. The disabled among them stay Disabled') }),
      },
    },
  },
  async ({ directory }) => ({ status: 200, body: { waiting: (await stagedPeople(directory)).length } }),
)

async function stagedPeople(directory: DirectoryContext): Promise<string[]> {
  const staged: string[] = []
  await visitAccess(directory, (id, access) => {
    if (access.staged === true) staged.push(id)
  })
  return staged.sort()
}

const RELEASED = /#released-[0-9a-f]{8}$/

const releaseUserName = tenantOperation(
  {
    id: 'releaseUserName',
    method: 'POST',
    path: '/tenants/{tenant}/people/{id}/release-user-name',
    summary: 'Sets the userName of an inactive person free for somebody new, by renaming the inactive one. Repeatable',
    access: 'tenantAdmin',
    audit: 'userName.released',
    parameters: personId,
    answers: changed,
  },
  async ({ path: { id }, audit, wake, ...opened }) => {
    const { directory } = opened
    if (!isId(id)) throw absent(MISSING)
    const ending = `#released-${randomBytes(4).toString('hex')}`
    await updateResource(directory, directory.types.User, id, {
      attributes: (current) => {
        if (isActive(current)) {
          throw conflict('This person is active, and the userName is in use. Only that of an inactive person can be released.')
        }
        const userName = textOf(current, 'userName') ?? ''
        return RELEASED.test(userName) ? current : { ...current, userName: userName + ending }
      },
      members: [],
      beside: () => [audit({ subject: id })],
    })
    wake()
    return showChanged(opened, id)
  },
)

const productId = tenantOperation(
  {
    id: 'setProductId',
    method: 'PUT',
    path: '/tenants/{tenant}/people/{id}/product-id',
    summary: "Gives the person the product's own key, another one, or none",
    access: 'operatorAdmin',
    audit: 'productId.changed',
    parameters: personId,
    body: z.strictObject({ productId: productIdSchema.nullable().describe('Unique in the tenant, letter case kept') }),
    answers: changed,
  },
  async ({ path: { id }, body, actor, audit, wake, ...opened }) => {
    const outcome = await setProductId(opened.directory, id, body.productId ?? undefined, { by: actor.name, audit })
    refuse(outcome, '/productId')
    wake()
    return showChanged(opened, id)
  },
)

/** What is done to people beside what their directory says of them. */
export const peopleAccessOperations: readonly Operation[] = [
  lock,
  unlock,
  lockMany,
  releaseOne,
  releaseMany,
  releaseUserName,
  productId,
]
