import { BADGE_COLOR, pathsOf, ROLE } from '../simulator/mapping'
import type { ResourceKind, Value } from '../simulator/mapping'
import type { Run } from './run'

const isMapped = (run: Run, path: string) => !run.without.has(path.split(/[.[]/)[0]?.split(':').at(-1)?.toLowerCase() ?? '')

/** The default mapping of a custom application, less what this one does not map. */
export const mapped = (run: Run, kind: ResourceKind): string[] =>
  pathsOf(kind).filter((path) => path !== ROLE && path !== BADGE_COLOR && isMapped(run, path))

/** Text for the attribute: one of the values that the endpoint publishes, or its own. */
export const textFor = (run: Run, path: string, otherwise: string): string =>
  run.discovered?.canonicalValues.get(path.toLowerCase())?.[0] ?? otherwise

/** Values of a new user or group, for as many of those paths as are mapped. */
export function newValues(run: Run, kind: ResourceKind, label: string, paths: readonly string[] = []): Map<string, Value> {
  const name = `${run.marker}-${label}`
  const values = new Map<string, Value>(
    kind === 'Group' ? [['displayName', name]] : [['userName', `${name}@gallery.invalid`], ['active', true]], // prettier-ignore
  )
  const all = mapped(run, kind)
  const own = (path: string) => (path.startsWith('emails[') ? `${name}@gallery.invalid` : `${label} first`)
  for (const path of ['displayName', 'externalId', ...paths]) {
    if (!values.has(path) && all.includes(path)) values.set(path, textFor(run, path, path === 'externalId' ? name : own(path)))
  }
  return values
}
