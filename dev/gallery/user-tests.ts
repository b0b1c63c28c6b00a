import { randomUUID } from 'node:crypto'
import { own } from '../simulator/json'
import { DEPARTMENT, ENTERPRISE_URN, MAIL } from '../simulator/mapping'
import { managerClear, managerPatch } from '../simulator/patch-bodies'
import { Unmet } from './outcome'
import type { Requirement } from './requirement'
import { ask, at, create, inBothShapes, mustFind, mustFindNone, mustHold, needManager, patch, read, remove, update } from './run'
import type { Made, Run } from './run'
import { mapped, newValues, textFor } from './values'

const USUAL = ['name.givenName', 'name.familyName', MAIL, DEPARTMENT]

/** What Entra ID does with somebody who comes into scope: it looks for them, finds nobody, creates them and finds them. */
async function provision(run: Run, label: string): Promise<Made & { id: string }> {
  const values = newValues(run, 'User', label, USUAL)
  await mustFindNone(run, 'User', 'userName', String(values.get('userName')))
  const made = await create(run, 'User', values)
  await mustFind(run, made)
  await mustHold(run, made)
  return made
}

/** @throws Unmet when the person is not found, or not with that state: Entra ID must find inactive people too */
async function mustBe(run: Run, made: Made, active: boolean): Promise<void> {
  if (own(await read(run, made), 'active') !== active)
    throw new Unmet(
      `GET /Users/{id}: active is not ${active}.`,
      'Read active as a boolean and as the text True or False; return a boolean.',
    )
  await mustFind(run, made)
}

async function mustBeGone(run: Run, made: Made): Promise<void> {
  await ask(run, { method: 'GET', path: at(made) }, 404)
  await mustFindNone(run, 'User', 'userName', String(made.values.get('userName')))
}

/** @throws Unmet unless the manager is that one; undefined is none */
export async function mustHaveManager(run: Run, made: Made, id: string | undefined): Promise<void> {
  const came = own(own(own(await read(run, made), ENTERPRISE_URN), 'manager'), 'value')
  if ((came ?? '') === (id ?? '')) return
  throw new Unmet(
    `GET /Users/{id}: the manager is not ${id === undefined ? 'cleared' : 'the one that was set'}.`,
    'Accept the manager as a plain id, clear it by empty text, and return it as manager.value in the enterprise extension.',
  )
}

async function updateUser(run: Run): Promise<void> {
  const made = await provision(run, 'update-user')
  await inBothShapes(async (family) => {
    const changes = ['displayName', ...USUAL]
      .filter((path) => mapped(run, 'User').includes(path))
      .map(
        (path) =>
          [path, path === MAIL ? `${family}-${run.marker}@gallery.invalid` : textFor(run, path, `Changed ${family}`)] as const,
      )
    await update(run, made, family, new Map(changes))
    await mustHold(run, made)
  })
}

async function disableUser(run: Run): Promise<void> {
  const made = await provision(run, 'disable-user')
  await inBothShapes(async (family) => {
    await update(run, made, family, new Map([['active', false]]))
    await mustBe(run, made, false)
    await update(run, made, family, new Map([['active', true]]))
    await mustBe(run, made, true)
  })
}

async function updateManager(run: Run): Promise<void> {
  needManager(run)
  const made = await provision(run, 'update-manager')
  const [first, second] = [await provision(run, 'manager-1'), await provision(run, 'manager-2')]
  await inBothShapes(async (family) => {
    const bare = family === 'legacy' ? 1 : 0 // the plain id, as Microsoft's tests send it
    await patch(run, made, managerPatch(family, first.id, bare))
    await mustHaveManager(run, made, first.id)
    await patch(run, made, managerPatch(family, second.id, bare))
    await mustHaveManager(run, made, second.id)
    await patch(run, made, managerClear(family, second.id, 0))
    await mustHaveManager(run, made, undefined)
  })
}

/** Left and come back: by a disable, which is what Entra ID sends for it, and by a deletion. */
async function restoreUser(run: Run): Promise<void> {
  const made = await provision(run, 'restore-user')
  await update(run, made, 'legacy', new Map([['active', false]]))
  await mustBe(run, made, false)
  await update(run, made, 'legacy', new Map([['active', true]]))
  await mustBe(run, made, true)
  const deleted = await run.client.send({ method: 'DELETE', path: at(made) })
  if (deleted?.status !== 204) return // who only disables is restored by that
  made.state = 'deleted'
  await mustFind(run, await create(run, 'User', new Map(made.values)))
}

/** Provision on demand sends the verbose shape, whatever the Tenant URL says (entra 1.8). */
async function onDemand(run: Run): Promise<void> {
  await mustFindNone(run, 'User', 'userName', randomUUID())
  const made = await provision(run, 'pod-user')
  await update(run, made, 'legacy', new Map([['displayName', 'On demand']]))
  await mustHold(run, made)
}

export const USER_TESTS: readonly Requirement[] = [
  {
    name: 'Create_User_Test',
    run: async (run) => {
      await provision(run, 'create-user')
    },
  },
  { name: 'Update_User_Test', run: updateUser },
  { name: 'Disable_User_Test', run: disableUser },
  {
    name: 'Delete_User_Test',
    optional: true,
    run: async (run) => {
      const made = await provision(run, 'delete-user')
      await remove(run, made)
      await mustBeGone(run, made)
    },
  },
  { name: 'User_Update_Manager_Test', run: updateManager },
  { name: 'Restore_User_Test', run: restoreUser },
  { name: 'POD_User_Test', run: onDemand },
]
