import type { Problem } from '../../api/problem'
import type { Draft, DraftRole } from './draft'
import { subjectKey, subjectName } from './subject'

export const MAX_ROLES = 50
export const MAX_RULES = 500
const MAX_ROLE_NAME_LENGTH = 60
const RESERVED = ['disabled', 'pending']
const folded = (name: string) => name.trim().normalize('NFC').toLowerCase()

/** What is wrong with the name of the role, as far as a page can tell; the API has the last word. */
export function wrongName({ key, name }: DraftRole, roles: readonly DraftRole[]): string | undefined {
  if (name.trim() === '') return 'A role needs a name.'
  if (name.trim().length > MAX_ROLE_NAME_LENGTH) return `A name has at most ${MAX_ROLE_NAME_LENGTH} characters.`
  if (RESERVED.includes(folded(name))) return 'Disabled and Pending are reserved: Rollcall gives them itself.'
  const first = roles.find((role) => folded(role.name) === folded(name))
  if (first !== undefined && first.key !== key) return 'Another role has this name already.'
  return undefined
}

export const isSendable = ({ roles }: Draft) => roles.every((role) => wrongName(role, roles) === undefined)

/** By rule: the place of the rule further up that is for the same people, behind which it never decides. One-based. */
export function shadowed({ rules }: Draft): ReadonlyMap<string, number> {
  const first = new Map<string, number>()
  const found = new Map<string, number>()
  for (const [index, { key, subject }] of rules.entries()) {
    const same = subjectKey(subject)
    const place = first.get(same)
    if (place === undefined) first.set(same, index + 1)
    else found.set(key, place)
  }
  return found
}

/** What the API found wrong, in words of this page instead of places in a JSON body. */
export function sayWrong(problem: Problem, draft: Draft): string[] {
  if (problem.fields.length === 0) return [problem.message]
  return problem.fields.map(({ path, detail }) => {
    const [, list, index = ''] = path.split('/')
    const place = Number(index) + 1
    const rule = list === 'rules' ? draft.rules[place - 1] : undefined
    const role = list === 'roles' ? draft.roles[place - 1] : undefined
    if (rule !== undefined) return `Rule ${place}, ${subjectName(rule.subject)}: ${detail}.`
    if (role !== undefined) return `Role ${place}, ${role.name}: ${detail}.`
    return detail
  })
}
