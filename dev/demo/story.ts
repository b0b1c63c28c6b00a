import { setTimeout } from 'node:timers/promises'
import { LEAVERS } from './contoso'
import { addMembers, changeWork, disable, idOf, type Ids, type Send } from './fill'

/** Whose role is locked. */
export const LOCKED = 'Priya Nair'
/** Whom the story gives another role. */
export const WITH_ANOTHER_ROLE = [...LEAVERS, 'Chloé Dubois'] as const

/** What happens at Contoso while it is shown: somebody moves, somebody gets more, two leave, one of them with a laptop. */
export async function tellStory(scim: Send, ids: Ids): Promise<void> {
  await changeWork(scim, ids, { name: 'Ana Ruiz', department: 'Sales North' })
  for (const name of LEAVERS) await disable(scim, ids, name)
  await addMembers(scim, ids, { group: 'Sales North', members: ['Chloé Dubois'] })
}

/** A lock; then, once everybody has been told a role, the story. Returns when the roles of that have been told as well. */
export async function lockAndTell(manage: Send, scim: Send, ids: Ids): Promise<void> {
  await manage('PUT', `/people/${idOf(ids, LOCKED)}/lock`, {})
  await roleTold(manage, 'Chloé Dubois', 'Loanee')
  await tellStory(scim, ids)
  await roleTold(manage, 'Chloé Dubois', 'Manager')
}

const MAX_WAITING_MS = 30_000

/** Roles follow within seconds. @throws Error when they do not */
async function roleTold(manage: Send, name: string, role: string): Promise<void> {
  const deadline = Date.now() + MAX_WAITING_MS
  while (Date.now() < deadline) {
    const { items } = (await manage('GET', '/activity?kind=role&limit=100')) as { items: readonly { text: string }[] }
    if (items.some(({ text }) => text.startsWith(name) && text.includes(role))) return
    await setTimeout(250)
  }
  throw new Error(`Nobody was told within ${MAX_WAITING_MS / 1000} s that ${name} has the role ${role}.`)
}
