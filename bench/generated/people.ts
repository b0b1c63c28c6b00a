import type { Random } from './random'
import { attributePath, cased, ENTERPRISE, LISTS, SINGLE, text } from './words'

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'

/** Few names, so that many are taken already and the directory does not grow with the run. */
const userName = (random: Random) => `p${random.below(200)}@contoso.example`

const entry = (random: Random, index: number, length: number) => ({
  value: `${index}${text(random, length)}`,
  ...(random.chance(0.5) && { type: random.pick(['work', 'home', 'other', `t${index}`]) }),
  ...(random.chance(0.05) && { primary: random.pick([true, false, 'True']) }),
})

/** Lists in lists. */
function nested(depth: number): unknown {
  let value: unknown = 1
  for (let i = 0; i < depth; i += 1) value = [value]
  return value
}

const SHAPES: readonly ((random: Random, bytes: number) => object)[] = [
  // one long text
  (random, bytes) => ({ [random.pick(SINGLE)]: text(random, bytes) }),
  // one long list of short values
  (random, bytes) => ({ [random.pick(LISTS)]: random.list(Math.ceil(bytes / 45), (index) => entry(random, index, 5)) }),
  // every list, with longer values
  (random, bytes) =>
    Object.fromEntries(LISTS.map((name) => [name, random.list(Math.ceil(bytes / 1_000), (index) => entry(random, index, 80))])),
  // many names that nobody knows
  (random, bytes) => Object.fromEntries(random.list(Math.ceil(bytes / 25), (index) => [`custom${index}`, text(random, 8)])),
  // many names of few attributes, in other cases
  (random, bytes) => ({
    ...Object.fromEntries(random.list(Math.ceil(bytes / 200), () => [cased(random, 'phonenumbers.type'), 'work'])),
    phoneNumbers: random.list(Math.ceil(bytes / 90), (index) => ({ value: `n${index}` })),
  }),
  // paths as names
  (random, bytes) => Object.fromEntries(random.list(Math.ceil(bytes / 60), () => [attributePath(random), text(random, 12)])),
  // many extensions
  (random, bytes) => Object.fromEntries(random.list(Math.ceil(bytes / 50), (i) => [`urn:example:${i}:User`, { a: i, b: 'c' }])),
  // deep JSON; deeper in garbage.ts
  (_random, bytes) => ({ custom: nested(Math.min(2_000, Math.ceil(bytes / 10))) }),
  // one that is like a person
  (random) => ({
    name: { givenName: text(random, 8), familyName: text(random, 9) },
    emails: [{ value: userName(random), type: 'work', primary: true }],
    [ENTERPRISE]: { department: text(random, 10), manager: { value: text(random, 32) } },
  }),
]

/** A person of about so many bytes. */
export const person = (random: Random, bytes: number) => ({
  schemas: [USER, ...(random.chance(0.3) ? [ENTERPRISE] : [])],
  ...random.pick(SHAPES)(random, bytes),
  userName: userName(random),
  ...(random.chance(0.5) && { active: random.pick([true, false, 'True', 'False']) }),
})
