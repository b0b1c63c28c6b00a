import { person } from './people'
import type { Random } from './random'
import { attributePath, cased, LISTS, text } from './words'

const value = (random: Random, length: number) =>
  random.pick<() => unknown>([
    () => text(random, length),
    () => random.below(1_000),
    () => random.pick([true, false, null, 'True']),
    () => [{ value: text(random, length), type: 'work' }],
    () => ({ value: text(random, length) }),
    () => random.list(1 + random.below(30), (index) => ({ value: `n${index}`, type: 'home' })),
  ])()

function operation(random: Random, index: number): object {
  const list = random.pick(LISTS)
  const op = random.pick(['add', 'replace', 'remove', 'Add', 'Replace'])
  return random.pick<() => object>([
    () => ({ op, path: attributePath(random), value: value(random, 10) }),
    () => ({ op, path: `${list}[value eq "n${index}"].type`, value: `t${index}` }),
    () => ({ op, path: `${list}[type eq "work"].value`, value: text(random, 8) }),
    () => ({ op: 'remove', path: `${list}[value eq "n${index}"]` }),
    () => ({ op: 'add', path: list, value: [{ value: `n${index}`, type: 'work' }] }),
    () => ({ op, value: { [cased(random, attributePath(random))]: value(random, 10) } }),
  ])()
}

/** Operations of one kind, as many as fit: what is dear is mostly one thing again and again. */
function repeated(random: Random, bytes: number): object[] {
  const list = random.pick(LISTS)
  const count = Math.min(1_000, Math.ceil(bytes / 75))
  const first: object[] = [{ op: 'add', path: list, value: random.list(Math.min(count, 500), (i) => ({ value: `n${i}` })) }]
  const kind = random.pick<(index: number) => object>([
    (index) => ({ op: 'add', path: `${list}.type`, value: `t${index}` }),
    (index) => ({ op: 'replace', path: `${list}[value eq "n${index}"].type`, value: `t${index}` }),
    (index) => ({ op: 'add', path: list, value: [{ value: `m${index}` }] }),
    (index) => ({ op: 'remove', path: `${list}[value eq "n${index}"]` }),
    (index) => ({ op: 'replace', value: { [`${list}.display`]: `d${index}`, displayName: `d${index}` } }),
  ])
  return [...first, ...random.list(count - 1, kind)]
}

/** A PATCH of a person of about so many bytes. */
export function patch(random: Random, bytes: number): object {
  const Operations = random.pick([
    () => random.list(1 + random.below(5), (index) => operation(random, index)),
    () => random.list(Math.min(1_000, Math.ceil(bytes / 90)), (index) => operation(random, index)),
    () => repeated(random, bytes),
    () => [{ op: 'replace', value: person(random, bytes) }],
  ])()
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations }
}

/** A PATCH of a group's members. @param ids of people */
export function memberPatch(random: Random, bytes: number, ids: readonly string[]): object {
  const members = () => random.list(1 + random.below(20), () => ({ value: random.pick(ids) }))
  const count = random.chance(0.5) ? 1 : Math.min(1_000, Math.ceil(bytes / 120))
  const Operations = random.list(count, () =>
    random.pick<() => object>([
      () => ({ op: 'add', path: 'members', value: members() }),
      () => ({ op: 'remove', path: `members[value eq "${random.pick(ids)}"]` }),
      () => ({ op: 'remove', path: 'members', value: members() }),
      () => ({ op: 'replace', path: 'displayName', value: `group ${random.below(30)}` }),
    ])(),
  )
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations }
}
