import type { World } from '../service/world'
import { numbers, type Prepared, type Row } from './row'

const VALUES = 1_000
const OPERATIONS = 1_000
const KEYS = 4_000
const MIB = 1024 * 1024
const UNIQUE = '@@unique@@'

const phoneNumbers = numbers(VALUES).map((i) => ({ value: `n${i}` }))

/** A name in so many spellings that differ in letter case alone. */
function spelling(name: string, number: number): string {
  let rest = number
  return name.replaceAll(/[a-z]/g, (letter) => {
    const isUpper = rest % 2 === 1
    rest = Math.floor(rest / 2)
    return isUpper ? letter.toUpperCase() : letter
  })
}

/** A person with a list and with many keys that all mean one sub-attribute of it. */
function personWithKeys(keys: number): string {
  const same = numbers(keys).map((i) => [spelling('phonenumbers.type', i), 'w'])
  return JSON.stringify({ userName: UNIQUE, phoneNumbers, ...Object.fromEntries(same) })
}

const posts =
  (text: () => string): Row['prepare'] =>
  (world, slug) => {
    const template = text()
    return Promise.resolve({
      requests: (i) => [
        { method: 'POST', path: `/scim/${slug}/Users`, headers: world.scim(slug), body: template.replace(UNIQUE, `u${i}`) },
      ],
    })
  }

const patches =
  (operation: (index: number, i: number) => object): Row['prepare'] =>
  async (world: World, slug: string): Promise<Prepared> => {
    const { id } = await world.make(slug)('POST', '/Users', { userName: 'patched', phoneNumbers })
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
    return {
      requests: (i) => {
        const body = JSON.stringify({ schemas, Operations: numbers(OPERATIONS).map((index) => operation(index, i)) })
        return [{ method: 'PATCH', path: `/scim/${slug}/Users/${String(id)}`, headers: world.scim(slug), body }]
      },
    }
  }

export const writeRows: readonly Row[] = [
  {
    key: '1a',
    name: `POST, ${VALUES} phoneNumbers, ${KEYS} keys that mean one (113 KB)`,
    prepare: posts(() => personWithKeys(KEYS)),
  },
  {
    key: '1b',
    name: 'the same of 1 MiB',
    prepare: posts(() => {
      const empty = personWithKeys(0).length
      return personWithKeys(Math.floor((MIB - empty - 100) / '"phonenumbers.type":"w",'.length))
    }),
  },
  {
    key: '1c',
    name: `PATCH, ${OPERATIONS} × add phoneNumbers.type`,
    prepare: patches((index, i) => ({ op: 'add', path: 'phoneNumbers.type', value: `t${index}-${i}` })),
  },
  {
    key: '1d',
    name: `PATCH, ${OPERATIONS} × replace phoneNumbers[value eq …].type`,
    prepare: patches((index, i) => ({ op: 'replace', path: `phoneNumbers[value eq "n${index}"].type`, value: `t${i}` })),
  },
]
