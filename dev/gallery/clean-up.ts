import { own, text } from '../simulator/json'
import { equals, matchingPath } from '../simulator/resources'
import { endpoint, inParallel } from '../simulator/world'
import { Unmet } from './outcome'
import { ask, find } from './run'
import type { Made, Run } from './run'

const PARALLEL = 4

/** Those of that name, for a POST whose answer got lost; a server that ignores the filter must not lose anybody else's. */
async function idsOf(run: Run, { kind, values, id }: Made): Promise<string[]> {
  if (id !== undefined) return [id]
  const path = matchingPath(kind)
  const found = await find(run, kind, path, String(values.get(path)))
  return found.filter((one) => own(one, path) === values.get(path)).flatMap((one) => text(own(one, 'id')) ?? [])
}

/** Deletes what the tests made and did not delete: groups, then people. Returns a sentence for each that is left. */
export async function cleanUp(run: Run): Promise<string[]> {
  const left: string[] = []
  const there = run.made.filter(({ state }) => state !== 'deleted')
  const remove = async (made: Made) => {
    try {
      for (const id of await idsOf(run, made)) {
        await ask(run, { method: 'DELETE', path: `${endpoint(made.kind)}/${encodeURIComponent(id)}` }, 204, 200, 202, 404)
      }
      made.state = 'deleted'
    } catch (error) {
      if (!(error instanceof Unmet)) throw error
      const path = matchingPath(made.kind)
      left.push(`Delete by hand what ${endpoint(made.kind)} finds by ${equals(path, String(made.values.get(path)))}.`)
    }
  }
  for (const kind of ['Group', 'User'] as const) {
    const ofKind = there.filter((made) => made.kind === kind)
    await inParallel(ofKind, PARALLEL, remove)
  }
  return left
}
