import type { Answer } from '../../api/client'
import { subjectBody, subjectOf, type Subject } from './subject'

export type SavedRoles = Answer<'readRoles'>
/** What the product knows of roles. */
export type KnownRoles = Answer<'readKnownRoles'>
/** What the tenant calls some of its roles. */
export type Labels = SavedRoles['labels']
type RolesBody = Pick<SavedRoles, 'roles' | 'grantsAccess' | 'defaultRole'> & {
  readonly rules: ({ readonly id?: string; readonly role: string } & ReturnType<typeof subjectBody>)[]
}

/** A role under a key of its own, so that rules and default follow when it is renamed. */
export interface DraftRole {
  readonly key: string
  readonly name: string
  /** Whether who has it may enter the product. */
  readonly grantsAccess: boolean
}

export interface DraftRule {
  readonly key: string
  /** Undefined: the API makes one. A rule keeps it when its subject changes. */
  readonly id: string | undefined
  readonly subject: Subject
  readonly roleKey: string
}

/** Roles and rules as they stand on the page; nothing of them is stored before they are saved. */
export interface Draft {
  readonly roles: readonly DraftRole[]
  readonly defaultKey: string
  readonly rules: readonly DraftRule[]
}

export interface Editing {
  readonly draft: Draft
  readonly change: (next: Draft) => void
  readonly labels: Labels
}

/** @param known what the product says of a role goes before what was saved of it */
export function draftOf({ roles, grantsAccess, defaultRole, rules }: SavedRoles, known?: KnownRoles): Draft {
  const keyOf = (role: string) => `role-${roles.indexOf(role)}`
  return {
    roles: roles.map((name) => ({ key: keyOf(name), name, grantsAccess: saysOf(name, known) ?? grantsAccess.includes(name) })),
    defaultKey: keyOf(defaultRole),
    rules: rules.map((rule) => ({ key: rule.id, id: rule.id, subject: subjectOf(rule), roleKey: keyOf(rule.role) })),
  }
}

/** What is sent. A space around a name is nobody's intention. */
export function bodyOf({ roles, defaultKey, rules }: Draft): RolesBody {
  const names = new Map(roles.map(({ key, name }) => [key, name.trim()]))
  return {
    roles: [...names.values()],
    grantsAccess: roles.filter((role) => role.grantsAccess).map(({ key }) => names.get(key) ?? ''),
    defaultRole: names.get(defaultKey) ?? '',
    rules: rules.map(({ id, subject, roleKey }) => ({
      ...(id !== undefined && { id }),
      ...subjectBody(subject),
      role: names.get(roleKey) ?? '',
    })),
  }
}

/** As people here call the role of that name. */
export const shownName = (labels: Labels, name: string) => labels.find(({ role }) => role === name)?.label ?? name

/** How many rules give the role. */
export const usesOf = ({ key }: DraftRole, { rules }: Draft) => rules.filter(({ roleKey }) => roleKey === key).length

/** Roles to choose from. */
export const roleOptions = (roles: readonly DraftRole[], labels: Labels) =>
  roles.map(({ key, name }) => ({ value: key, text: shownName(labels, name) }))

export const isSame = (a: Draft, b: Draft) => JSON.stringify(bodyOf(a)) === JSON.stringify(bodyOf(b))

const saysOf = (name: string, known: KnownRoles | undefined) => known?.roles.find((one) => one.name === name)?.grantsAccess

/** The role under another name. One that the product knows grants what it says; any other lets nobody in before somebody says so. */
export function named(role: DraftRole, name: string, known: KnownRoles): DraftRole {
  const kept = saysOf(role.name, known) === undefined && role.grantsAccess
  return { ...role, name, grantsAccess: saysOf(name, known) ?? kept }
}

let made = 0
export const newKey = () => `new-${(made += 1)}`

export function withRole(draft: Draft, role: DraftRole): Draft {
  const isNew = draft.roles.every(({ key }) => key !== role.key)
  const roles = isNew ? [...draft.roles, role] : draft.roles.map((one) => (one.key === role.key ? role : one))
  return { ...draft, roles }
}

/** Rules and default that named the role name `instead`. */
export function withoutRole(draft: Draft, gone: string, instead: string): Draft {
  return {
    roles: draft.roles.filter(({ key }) => key !== gone),
    defaultKey: draft.defaultKey === gone ? instead : draft.defaultKey,
    rules: draft.rules.map((rule) => (rule.roleKey === gone ? { ...rule, roleKey: instead } : rule)),
  }
}

export function withRule(draft: Draft, rule: DraftRule): Draft {
  const isNew = draft.rules.every(({ key }) => key !== rule.key)
  const rules = isNew ? [...draft.rules, rule] : draft.rules.map((one) => (one.key === rule.key ? rule : one))
  return { ...draft, rules }
}

export const withoutRule = (draft: Draft, gone: string): Draft => ({
  ...draft,
  rules: draft.rules.filter(({ key }) => key !== gone),
})

export function moved(draft: Draft, from: number, to: number): Draft {
  const rules = [...draft.rules]
  rules.splice(to, 0, ...rules.splice(from, 1))
  return { ...draft, rules }
}
