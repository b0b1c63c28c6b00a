import type { Row } from '../storage/table'
import { addAffected, nothingAffected, sizeOf, versionOf, type Affected } from './affected'

const record = (type: string, id: string, body: object = {}): Row => ({
  key: 'f!000000000001',
  etag: '',
  timestamp: '',
  values: { type, id, j0: JSON.stringify(body) },
})
const routed = new Set(['g1'])
const plain = (affected: Affected) =>
  Object.fromEntries(
    Object.entries(affected)
      .map(([name, value]) => [name, value instanceof Set ? [...(value as Set<string>)] : (value as boolean)] as const)
      .filter(([, value]) => value === true || (Array.isArray(value) && value.length > 0)),
  )

test.each([
  ['user.created', 'u1', {}, { people: ['u1'] }],
  ['user.updated', 'u1', {}, { updated: ['u1'] }],
  ['user.deleted', 'u1', {}, { people: ['u1'] }],
  ['person.replaced', 'u1', {}, { people: ['u1'] }],
  ['person.erased', 'u1', {}, { erased: ['u1'] }],
  ['role.changed', 'u1', {}, {}],
  ['lock.changed', 'u1', {}, {}],
  ['__proto__', 'u1', {}, {}],
  ['constructor', 'u1', {}, {}],
  ['group.updated', 'g1', { changes: {}, members: { added: ['u1'], removed: ['u2'] } }, { people: ['u1', 'u2'] }],
  ['group.updated', 'g1', { changes: { displayName: {} } }, { groups: ['g1'], isPolicy: true }],
  ['group.updated', 'g1', { changed: ['displayName'] }, { groups: ['g1'], isPolicy: true }],
  ['group.updated', 'g2', { changes: {}, members: { added: ['u1'] } }, {}],
  ['group.created', 'g2', { changes: { externalId: {} } }, { bound: ['g2'] }],
  ['group.deleted', 'g1', {}, { isSweep: true }],
  ['group.deleted', 'g2', {}, {}],
  ['routes.saved', 'routes', { version: 3 }, { isSweep: true }],
  ['rules.saved', 'rules', { version: 3 }, { isPolicy: true }],
])('%s of %s with %j', (type, id, body, expected) => {
  const affected = nothingAffected()
  addAffected(affected, record(type, id, body), routed)
  expect(plain(affected)).toEqual(expected)
})

test('the same person counts once for each way', () => {
  const affected = nothingAffected()
  for (const type of ['user.created', 'user.updated', 'user.updated']) addAffected(affected, record(type, 'u1'), routed)
  expect(sizeOf(affected)).toBe(2)
})

test('a save of settings names the version that it needs; nobody else does', () => {
  expect(versionOf(record('routes.saved', 'routes', { version: 7 }))).toBe(7)
  expect(versionOf(record('user.updated', 'u1', { version: 7 }))).toBe(0)
})
