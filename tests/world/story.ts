import {
  bring,
  change,
  insist,
  joinOrLeave,
  look,
  refusedRename,
  remove,
  rename,
  RESERVED_NAME,
  toggle,
  type KnownPerson,
  type Wire,
} from './directory-client'

const CONNECTIONS = 3
const PEOPLE_EACH = 2
const STEPS = 10

/**
 * What a directory does in some of its cycles, over connections of which each has people of its own; groups are everybody's. Whoever
 * it has at the end.
 */
export async function runStory(wire: Wire, groups: readonly string[], switchRule: () => Promise<void>): Promise<KnownPerson[]> {
  const reserved = newPerson(99, RESERVED_NAME)
  await bring(wire, reserved)
  const connections = Array.from({ length: CONNECTIONS }, (_, connection) =>
    Array.from({ length: PEOPLE_EACH }, (__, i) => {
      const slot = PEOPLE_EACH * connection + i
      return newPerson(slot, `p${slot}@contoso.example`)
    }),
  )
  const administrator = async () => {
    for (let n = 0; n < 2; n += 1) {
      for (let rests = 0; rests < 3; rests += 1) await wire.rest()
      await switchRule()
    }
  }
  await Promise.all([administrator(), ...connections.map((people) => runConnection(wire, people, groups))])
  const { status } = await insist(wire, 'POST', '/Users', { userName: RESERVED_NAME })
  if (status !== 409) wire.object(`a second ${RESERVED_NAME} was answered ${status}`)
  return [reserved, ...connections.flat()]
}

function newPerson(slot: number, userName: string): KnownPerson {
  return { slot, id: undefined, userName, active: true, mark: 'first', groups: new Set() }
}

async function runConnection(wire: Wire, people: readonly KnownPerson[], groups: readonly string[]): Promise<void> {
  for (let step = 0; step < STEPS; step += 1) {
    const person = people[Math.floor(wire.random() * people.length)]
    if (person === undefined) return
    if (person.id === undefined) {
      person.mark = `${person.slot}-${step}`
      await bring(wire, person)
    } else await oneOf(wire, person, { step, groups })
    if (wire.random() < 0.3) await wire.rest()
  }
  for (const person of people) if (person.id !== undefined) await look(wire, person)
}

/** What a cycle does to somebody who is there, the usual more often than the rare. */
async function oneOf(wire: Wire, person: KnownPerson, now: { step: number; groups: readonly string[] }): Promise<void> {
  const mark = `${person.slot}-${now.step}`
  const group = now.groups[Math.floor(wire.random() * now.groups.length)] ?? ''
  const acts: readonly [number, () => Promise<void>][] = [
    [0.3, () => change(wire, person, mark)],
    [0.25, () => joinOrLeave(wire, person, group)],
    [0.12, () => toggle(wire, person)],
    [0.1, () => rename(wire, person, `p${person.slot}-${now.step}@contoso.example`)],
    [0.08, () => refusedRename(wire, person, mark)],
    [0.08, () => remove(wire, person)],
    [1, () => bring(wire, person)],
  ]
  let left = wire.random()
  for (const [share, act] of acts) {
    left -= share
    if (left < 0) return act()
  }
}
