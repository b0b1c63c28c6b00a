import * as fc from 'fast-check'
import type { Json, JsonObject } from '../../shared/scim/json'
import type { PatchOperation } from '../../shared/scim/patch/operation'
import { ENTERPRISE_URN, USER_URN } from '../../shared/scim/schema/schemas'
import type { Change, Email } from './patch-model'

/** Every change of the model in every form in which a client may ask for it. */

export interface Request {
  readonly change: Change
  readonly operation: PatchOperation
}

const set = fc.constantFrom('add' as const, 'replace' as const)
const types = fc.constantFrom('work', 'home', 'other')
const values = fc.constantFrom('a@x.example', 'b@x.example', 'c@x.example')
const texts = fc.constantFrom('A', 'B', 'C')

/** Sets the path to the value, or says so in an object without path. */
function setting(path: string, value: Json): fc.Arbitrary<PatchOperation> {
  return fc.tuple(set, fc.boolean()).map(([op, hasPath]) => (hasPath ? { op, path, value } : { op, value: { [path]: value } }))
}

const clearing = (path: string): fc.Arbitrary<PatchOperation> =>
  fc.oneof(
    fc.constant({ op: 'remove' as const, path }),
    fc.constantFrom('', null).map((value) => ({ op: 'replace' as const, path, value })),
    fc.constantFrom('', null).map((value) => ({ op: 'replace' as const, value: { [path]: value } })),
  )

/** The request for a change that a client can spell at any of these paths. */
const spelled = (change: Change, spellings: fc.Arbitrary<PatchOperation>[]): fc.Arbitrary<Request> =>
  fc.oneof(...spellings).map((operation) => ({ change, operation }))

const rename = fc.constantFrom('ana', 'ben', 'Ana').chain((to) => {
  const paths = ['userName', 'USERNAME', `${USER_URN}:userName`]
  return spelled(
    { kind: 'rename', to },
    paths.map((path) => setting(path, to)),
  )
})

const activate = fc.boolean().chain((to) => {
  const wire: Json[] = to ? [true, 'True', 'true'] : [false, 'False', 'FALSE']
  return spelled(
    { kind: 'activate', to },
    wire.map((value) => setting('active', value)),
  )
})

const textPaths = {
  title: ['title', 'TITLE', `${USER_URN}:title`],
  givenName: ['name.givenName', 'Name.GivenName', `${USER_URN}:name.givenName`],
  familyName: ['name.familyName'],
  department: ['department', `${ENTERPRISE_URN}:department`, `${ENTERPRISE_URN.toLowerCase()}:DEPARTMENT`],
  manager: ['manager', `${ENTERPRISE_URN}:manager`, `${ENTERPRISE_URN}:manager.value`],
}
/** An object around the text, for names that lie in one. */
const around: Record<keyof typeof textPaths, (value: Json) => [path: string, value: JsonObject][]> = {
  title: () => [],
  givenName: (givenName) => [['name', { givenName }]],
  familyName: (familyName) => [['name', { FAMILYNAME: familyName }]],
  department: (department) => [[ENTERPRISE_URN, { department }]],
  manager: (value) => [
    [ENTERPRISE_URN, { manager: value }],
    [`${ENTERPRISE_URN}:manager`, { value }],
    [ENTERPRISE_URN, { manager: [{ value }] }],
  ],
}
const names = fc.constantFrom(...(Object.keys(textPaths) as (keyof typeof textPaths)[]))
const text = fc.tuple(names, fc.option(texts, { nil: undefined })).chain(([name, to]) => {
  const paths = textPaths[name]
  const objects = around[name](to ?? '')
  const plain = paths.map((path) => (to === undefined ? clearing(path) : setting(path, to)))
  return spelled({ kind: 'text', name, to }, [...plain, ...objects.map(([path, value]) => setting(path, value))])
})

const email = fc.record({ type: types, value: values, display: texts, primary: fc.boolean() }, { requiredKeys: ['value'] })
const isSameEmail = (a: Email, b: Email) => a.type === b.type && a.value === b.value
const emails = fc.uniqueArray(email, { maxLength: 3, comparator: isSameEmail })
const asJson = (entries: readonly Email[]) => entries.map((entry): JsonObject => ({ ...entry }))

const addEmails = emails.chain((entries) => {
  const list = asJson(entries)
  const [only, ...others] = list
  const forms: Json[] = only !== undefined && others.length === 0 ? [list, only] : [list]
  return spelled(
    { kind: 'add e-mails', entries },
    forms.flatMap((value) => [
      fc.constant({ op: 'add', path: 'emails', value }),
      fc.constant({ op: 'add', value: { emails: value } }),
    ]),
  )
})

const replaceEmails = emails.chain((entries) => {
  const value = asJson(entries)
  return spelled({ kind: 'replace e-mails', entries }, [
    fc.constant({ op: 'replace', path: 'Emails', value }),
    fc.constant({ op: 'replace', value: { emails: value } }),
  ])
})

const removeEmails = emails.chain((entries) =>
  spelled({ kind: 'remove e-mails', entries }, [fc.constant({ op: 'remove', path: 'emails', value: asJson(entries) })]),
)

const removeType = types.chain((type) =>
  spelled({ kind: 'remove e-mails of type', type }, [fc.constant({ op: 'remove', path: `emails[type eq "${type}"]` })]),
)

const part = fc
  .tuple(types, fc.constantFrom('value' as const, 'display' as const), fc.option(fc.oneof(values, texts), { nil: undefined }))
  .chain(([type, name, to]) => {
    const path = `emails[type eq "${type}"].${name}`
    return spelled({ kind: 'e-mail part', type, part: name, to }, [to === undefined ? clearing(path) : setting(path, to)])
  })

const primary = types.chain((type) =>
  spelled(
    { kind: 'primary e-mail', type },
    [true, 'True'].map((value) => setting(`emails[type eq "${type}"].primary`, value)),
  ),
)

export const request: fc.Arbitrary<Request> = fc.oneof(
  ...[rename, activate, addEmails, replaceEmails, removeEmails, removeType, primary].map((arbitrary) => ({
    arbitrary,
    weight: 1,
  })),
  { arbitrary: text, weight: 3 },
  { arbitrary: part, weight: 2 },
)
