import { randomUUID } from 'node:crypto'
import type { JsonObject } from '../simulator/json'
import { flatten, target } from '../simulator/mapping'
import type { Value } from '../simulator/mapping'
import { attributesPatch, MANAGER, patchMessage } from '../simulator/patch-bodies'
import type { Changes } from '../simulator/patch-bodies'
import type { Family } from '../simulator/world'
import { mustHaveManager } from './user-tests'
import { Unmet } from './outcome'
import type { Requirement } from './requirement'
import { create, inBothShapes, mustHold, needGroups, needManager, patch, read, update } from './run'
import type { Made, Run } from './run'
import { mapped, newValues, textFor } from './values'

/** Attributes that the update test writes: those with one value, beside the state and what identifies people. */
const updated = (run: Run) => mapped(run, 'User').filter((path) => path !== 'active' && target(path).kind !== 'entry')

/** Which attributes the endpoint refuses when they come alone. */
async function refusedOf(run: Run, made: Made, family: Family, changes: Changes): Promise<string[]> {
  const refused: string[] = []
  for (const [path, value] of changes) {
    const answer = await run.client.send({
      method: 'PATCH',
      path: `/Users/${encodeURIComponent(made.id ?? '')}`,
      body: attributesPatch(family, made.values, new Map([[path, value]]), 0),
    })
    if (answer?.status === 400) refused.push(path)
  }
  return refused
}

/** Microsoft's test makes up a value for every attribute, unless the endpoint publishes which ones it takes. */
async function updateAll(run: Run): Promise<void> {
  const made = await create(run, 'User', newValues(run, 'User', 'scim-user-update', updated(run)))
  await inBothShapes(async (family) => {
    const changes = new Map<string, Value>(updated(run).map((path) => [path, textFor(run, path, `upd-${randomUUID()}`)]))
    try {
      await update(run, made, family, changes)
    } catch (error) {
      const refused = error instanceof Unmet ? await refusedOf(run, made, family, changes) : []
      if (refused.length === 0) throw error
      throw new Unmet(
        `PATCH /Users/{id}: values were refused for ${refused.join(', ')}.`,
        'Accept any text there, or publish the values that are allowed as canonicalValues in /Schemas.',
      )
    }
    await mustHold(run, made)
  })
}

/** Null for each, where a compact body has one object and a path only for entries of lists. */
function nulls(family: Family, paths: readonly string[]): JsonObject {
  const one = (path: string) => ({ op: 'Replace', path, value: null })
  if (family === 'legacy') return patchMessage(paths.map(one))
  const [entries, simple] = [true, false].map((entry) => paths.filter((path) => (target(path).kind === 'entry') === entry))
  const merged = Object.fromEntries((simple ?? []).map((path) => [path, null]))
  return patchMessage([{ op: 'replace', value: merged }, ...(entries ?? []).map(one)])
}

/** What may be cleared: Entra ID clears no attribute that the schema requires. */
function clearable(run: Run, paths: readonly string[]): string[] {
  const required = (path: string) => run.discovered?.required.has((path.split(/[[.]/)[0] ?? '').toLowerCase()) === true
  return paths.filter((path) => !['userName', 'active'].includes(path) && !required(path))
}

async function mustBeEmpty(run: Run, made: Made, paths: readonly string[]): Promise<void> {
  const held = flatten('User', ((await read(run, made)) ?? {}) as JsonObject)
  const left = paths.filter((path) => (held.get(path) ?? '') !== '')
  if (left.length === 0) return
  throw new Unmet(
    `GET /Users/{id}: not cleared: ${left.join(', ')}.`,
    'Clear an attribute that is replaced by empty text or null.',
  )
}

/** First empty text, then null, on every optional attribute, each in both shapes. */
async function nullUpdate(run: Run): Promise<void> {
  const values = newValues(run, 'User', 'scim-null-update', mapped(run, 'User'))
  const made = await create(run, 'User', values)
  const paths = clearable(run, [...values.keys()])
  const full = new Map(paths.map((path) => [path, values.get(path)]))
  const empty = new Map(paths.map((path) => [path, undefined]))
  await inBothShapes(async (family) => {
    await patch(run, made, attributesPatch(family, values, empty, 1))
    await mustBeEmpty(run, made, paths)
    await patch(run, made, nulls(family, paths))
    await mustBeEmpty(run, made, paths)
    await patch(run, made, attributesPatch(family, new Map(), full, 0))
    await mustHold(run, made)
    await patch(run, made, nulls(family, paths))
    await mustBeEmpty(run, made, paths)
    await patch(run, made, attributesPatch(family, new Map(), full, 0))
  })
}

const managerBody = (family: Family, op: string, id: string): JsonObject =>
  patchMessage([family === 'modern' ? { op, value: { [MANAGER]: id } } : { op, path: MANAGER, value: id }])

async function updateManager(run: Run): Promise<void> {
  needManager(run)
  const [made, first, second] = await Promise.all(
    ['scim-manager', 'scim-manager-1', 'scim-manager-2'].map((label) => create(run, 'User', newValues(run, 'User', label))),
  )
  if (made === undefined || first === undefined || second === undefined) return
  await inBothShapes(async (family) => {
    await patch(run, made, managerBody(family, 'Add', first.id))
    await mustHaveManager(run, made, first.id)
    await patch(run, made, managerBody(family, 'Replace', second.id))
    await mustHaveManager(run, made, second.id)
    await patch(run, made, managerBody(family, 'Replace', ''))
    await mustHaveManager(run, made, undefined)
  })
}

async function updateGroup(run: Run): Promise<void> {
  needGroups(run)
  const group = await create(run, 'Group', newValues(run, 'Group', 'scim-group-update'))
  await inBothShapes(async (family) => {
    const texts = mapped(run, 'Group').map((path) => [path, `upd-${run.marker}-${family}-${path}`] as const)
    await update(run, group, family, new Map(texts))
    await mustHold(run, group)
  })
}

export const SCIM_NULL_UPDATE: Requirement = { name: 'SCIM_Null_Update_Test', run: nullUpdate }

export const SCIM_WRITES: readonly Requirement[] = [
  {
    name: 'SCIM_User_Create_Test',
    run: async (run) => {
      await mustHold(run, await create(run, 'User', newValues(run, 'User', 'scim-user-create', mapped(run, 'User'))))
    },
  },
  { name: 'SCIM_User_Update_Test', run: updateAll },
  {
    name: 'SCIM_Group_Create_Test',
    run: async (run) => {
      needGroups(run)
      await mustHold(run, await create(run, 'Group', newValues(run, 'Group', 'scim-group-create')))
    },
  },
  { name: 'SCIM_Group_Update_Test', run: updateGroup },
]

export const SCIM_UPDATE_MANAGER: Requirement = { name: 'SCIM_Update_Manager_Test', run: updateManager }
