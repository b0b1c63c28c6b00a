import { own } from '../simulator/json'
import { MANAGER } from '../simulator/patch-bodies'
import { Unmet } from './outcome'
import type { Requirement } from './requirement'
import { ask } from './run'
import type { Run } from './run'
import { discovered } from './schemas'
import { mapped } from './values'

/** Reads /Schemas for all tests, without a word when that fails: the test of it says so. */
export async function discover(run: Run): Promise<void> {
  try {
    run.discovered = discovered((await ask(run, { method: 'GET', path: '/Schemas' }, 200)).body)
  } catch (error) {
    if (!(error instanceof Unmet)) throw error
  }
}

async function mustListAll(run: Run): Promise<void> {
  const { body } = await ask(run, { method: 'GET', path: '/Schemas' }, 200)
  if (!Array.isArray(own(body, 'Resources')))
    throw new Unmet('GET /Schemas: no array of Resources.', 'Answer /Schemas with a ListResponse of all schemas.')
  const { paths } = discovered(body)
  const manager = run.without.has('manager') ? [] : [MANAGER]
  const wanted = [...mapped(run, 'User'), ...manager, ...mapped(run, 'Group'), 'members']
  const missing = [...new Set(wanted)].filter((path) => !paths.has(path.toLowerCase()))
  if (missing.length === 0) return
  throw new Unmet(
    `GET /Schemas: not found there: ${missing.join(', ')}.`,
    'Publish these attributes, types of entries as canonicalValues, or take them out of the mapping (here: --without).',
  )
}

export const SCHEMA_DISCOVERABILITY: Requirement = { name: 'Schema_Discoverability_Test', run: mustListAll }
