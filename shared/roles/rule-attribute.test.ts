import { withDeclared, type DeclaredAttribute } from '../scim/schema/declared'
import { withLearnt } from '../scim/schema/learnt'
import { ENTERPRISE_URN, userType } from '../scim/schema/schemas'
import { ruleAttribute } from './rule-attribute'

const URN = 'urn:ietf:params:scim:schemas:extension:Contoso:2.0:User'
const declared = (name: string, more: Partial<DeclaredAttribute> = {}): DeclaredAttribute => {
  return { type: 'User', urn: URN, name, valueType: 'string', multiValued: false, ...more }
}
const type = withLearnt(
  withDeclared(userType, [
    declared('costCode', { caseExact: true }),
    declared('salary', { sensitive: true }),
    declared('tags', { multiValued: true }),
    declared('level', { valueType: 'integer' }),
    declared('onRequest', { returned: 'request' }),
  ]),
  [{ type: 'User', urn: URN, name: 'sentOnce' }],
)

test.each([
  ['userType', 'userType', false],
  ['USERTYPE', 'userType', false],
  ['department', `${ENTERPRISE_URN}:department`, false],
  [`${ENTERPRISE_URN}:costCenter`, `${ENTERPRISE_URN}:costCenter`, false],
  ['externalId', 'externalId', true],
  [`${URN}:costcode`, `${URN}:costCode`, true],
  [`${URN}:onRequest`, `${URN}:onRequest`, false],
  [`${URN}:sentOnce`, `${URN}:sentOnce`, false],
])('a rule may look at %s', (text, attribute, caseExact) => {
  expect(ruleAttribute(type, text)).toEqual({ attribute, caseExact })
})

test.each([
  ['', 'is no attribute'],
  ['__proto__', 'is no attribute'],
  ['constructor', 'is no attribute'],
  [`${ENTERPRISE_URN}:__proto__`, 'is no attribute'],
  [`${ENTERPRISE_URN}:constructor`, 'is no attribute'],
  ['emails[type eq "work"].value', 'is no attribute'],
  [URN, 'is no attribute'],
  ['x'.repeat(5000), 'is no attribute'],
  ['password', 'kept out'],
  [`${URN}:salary`, 'kept out'],
  ['roles', 'a rule for an app role'],
  ['roles.value', 'a rule for an app role'],
  ['groups', 'a rule for a group'],
  ['emails', 'not one text'],
  ['name', 'not one text'],
  ['name.familyName', 'not one text'],
  ['manager', 'not one text'],
  ['active', 'not one text'],
  [`${URN}:tags`, 'not one text'],
  [`${URN}:level`, 'not one text'],
  ['id', 'never sent'],
])('a rule may not look at %j', (text, why) => {
  expect(ruleAttribute(type, text)).toContain(why)
})
