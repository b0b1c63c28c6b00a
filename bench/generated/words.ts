import type { Random } from './random'

export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

export const SINGLE = ['displayName', 'nickName', 'title', 'userType', 'locale', 'timezone', 'profileUrl', 'externalId', 'active']
const NAMES = ['name.givenName', 'name.familyName', 'name.formatted']
export const LISTS = ['emails', 'phoneNumbers', 'addresses', 'ims', 'photos', 'roles', 'entitlements', 'x509Certificates']
const SUBS = ['value', 'type', 'primary', 'display']
const PIECES = [
  'a',
  'Ä',
  'ß',
  'İ',
  'ſ',
  '😀',
  'e\u0301',
  ' ',
  '\t',
  '"',
  '\\',
  '%',
  '*',
  "'",
  '(',
  ')',
  '[',
  ']',
  '.',
  ':',
  '\u2028',
]

/** Text of about so many characters, mostly plain. */
export function text(random: Random, length: number): string {
  const unit = random.chance(0.6) ? 'abcdefghij' : random.list(8, () => random.pick(PIECES)).join('')
  return unit.repeat(Math.ceil(length / unit.length)).slice(0, length)
}

/** The name with the case of some letters changed. */
export const cased = (random: Random, name: string) =>
  name.replaceAll(/[a-z]/g, (letter) => (random.chance(0.3) ? letter.toUpperCase() : letter))

/** A path of one attribute, known or not. */
export function attributePath(random: Random): string {
  const list = random.pick(LISTS)
  const path = random.pick([
    () => random.pick(SINGLE),
    () => random.pick(NAMES),
    () => list,
    () => `${list}.${random.pick(SUBS)}`,
    () => `${ENTERPRISE}:${random.pick(['department', 'manager', 'manager.value', 'costCenter'])}`,
    () =>
      random.pick(['userName', 'groups', 'groups.value', 'meta.created', 'meta.lastModified', 'id', 'members', 'members.value']),
    () => `custom${random.below(50)}`,
    () => `urn:example:${random.below(20)}:thing`,
  ])()
  return random.chance(0.3) ? cased(random, path) : path
}

/** How many bytes the request may have: few most often, 64 KB at most, one in 200 up to 1 MiB. */
export function sizeOf(random: Random): number {
  if (random.chance(1 / 200)) return 64_000 + random.below(970_000)
  return random.chance(0.8) ? 500 + random.below(2_000) : 2_000 + random.below(62_000)
}

/** Without halves of surrogate pairs, which no URL can hold. */
export const wellFormed = (text: string) => Buffer.from(text).toString()
