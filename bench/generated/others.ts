import type { Pool } from './pool'
import type { Random } from './random'
import { text, wellFormed } from './words'

const clip = (random: Random, length: number) => encodeURIComponent(wellFormed(text(random, length)))
const parameters = (random: Random, names: readonly string[], values: readonly string[]) =>
  random
    .list(
      random.below(4),
      () => `${random.pick(names)}=${random.chance(0.8) ? random.pick(values) : clip(random, 1 + random.below(250))}`,
    )
    .join('&')

const VALUES = [
  '1',
  '20',
  '200',
  '0',
  '-1',
  'true',
  'User',
  'Disabled',
  'Pending',
  'active',
  'disabled',
  'locked',
  'pool',
  'p1',
  '',
  'x',
]
const READ = [
  ['people', ['search', 'role', 'status', 'limit', 'after']],
  ['people/csv', ['search', 'role', 'status']],
  ['groups', ['search', 'limit', 'after']],
  ['roles', []],
  ['activity', ['kind', 'limit', 'after', 'person', 'group', 'search']],
  ['activity/days', ['days', 'zone', 'from']],
  ['activity/cycles', ['limit']],
  ['equipment', ['search', 'limit', 'after']],
  ['equipment/disabled-holders', ['limit']],
  ['connection', []],
  ['coverage', []],
  ['health', []],
  ['refusals', []],
  ['settings', []],
  ['attributes', []],
  ['routes', []],
  ['conflicts', ['limit', 'after']],
  ['webhooks', []],
  ['links', []],
  ['tokens', []],
  ['capture', ['limit', 'after']],
  ['export', []],
] as const

/** A path below `/api/manage/tenants/{tenant}` that is read. */
export function manageRead(random: Random, pool: Pool): string {
  const [path, names] = random.pick(READ)
  if (random.chance(0.2)) return `people/${random.pick(pool.people)}`
  if (random.chance(0.2)) return `groups/${random.pick(pool.groups)}/members?${parameters(random, ['limit', 'after'], VALUES)}`
  return `${path}?${names.length === 0 ? '' : parameters(random, names, VALUES)}`
}

/** A path below `/api/product/tenants/{tenant}`. */
export function productRead(random: Random, pool: Pool): string {
  return random.pick([
    () => `people?${parameters(random, ['limit', 'after', 'userName', 'email', 'externalId', 'productId'], VALUES)}`,
    () => `people/${random.pick(pool.people)}`,
    () => `groups?${parameters(random, ['limit', 'after'], VALUES)}`,
    () => `groups/${random.pick(pool.groups)}/members?${parameters(random, ['limit'], VALUES)}`,
    () => `changes?${parameters(random, ['after', 'limit'], VALUES)}`, // without a wait
  ])()
}

/** What is sent to the management API and is mostly refused, of about so many bytes. */
export function manageWrite(
  random: Random,
  bytes: number,
  pool: Pool,
): { method: string; path: string; body: unknown; type?: string } {
  const rows = Math.ceil(bytes / 60)
  const items = () =>
    random.list(rows, (i) => ({
      assetTag: `tag${i}`,
      model: 'm',
      assignee: random.pick([`pool${i % 20}@contoso.example`, 'nobody']),
    }))
  return random.pick<() => ReturnType<typeof manageWrite>>([
    () => ({ method: 'POST', path: 'equipment/import', body: items() }),
    () => ({
      method: 'POST',
      path: 'equipment/import',
      body: `assetTag,model,assignee\n${items()
        .map(({ assetTag, model, assignee }) => `${assetTag},"${model}",${assignee}`)
        .join('\n')}`,
      type: 'text/csv',
    }),
    () => ({
      method: 'POST',
      path: 'product-ids',
      body: random.list(rows, (i) => ({ id: random.pick(pool.people), productId: `x${i}` })),
    }),
    () => ({
      method: 'POST',
      path: 'roles/preview',
      body: {
        roles: ['User', 'No access'],
        grantsAccess: [],
        defaultRole: 'No access',
        rules: random.list(random.below(7), () => ({ groupId: random.pick(pool.groups), role: 'User' })),
      },
    }),
    () => ({ method: 'PUT', path: `people/${random.pick(pool.people)}/lock`, body: { role: 'User', reason: text(random, 40) } }),
    () => ({ method: 'PUT', path: 'attributes', body: { version: 1, attributes: text(random, bytes) } }),
    () => ({ method: 'PUT', path: 'capture', body: { minutes: 60 } }),
    () => ({
      method: random.pick(['POST', 'PUT', 'PATCH']),
      path: random.pick(['settings', 'roles', 'people/locks', 'routes/preview']),
      body: text(random, bytes),
    }),
  ])()
}
