import { CONTOSO, declare } from '../../tests/support/declare-attribute'
import { withDeclared } from '../scim/schema/declared'
import { withLearnt } from '../scim/schema/learnt'
import { ENTERPRISE_URN, userType } from '../scim/schema/schemas'
import { ruleAttribute } from './rule-attribute'

const type = withLearnt(
  withDeclared(userType, [
    declare('costCode', { caseExact: true }),
    declare('salary', { sensitive: true }),
    declare('tags', { multiValued: true }),
    declare('level', { valueType: 'integer' }),
    declare('onRequest', { returned: 'request' }),
  ]),
  [{ type: 'User', urn: CONTOSO, name: 'sentOnce' }],
)

test.each([
  ['userType', 'userType', false],
  ['USERTYPE', 'userType', false],
  ['department', `${ENTERPRISE_URN}:department`, false],
  [`${ENTERPRISE_URN}:costCenter`, `${ENTERPRISE_URN}:costCenter`, false],
  ['externalId', 'externalId', true],
  [`${CONTOSO}:costcode`, `${CONTOSO}:costCode`, true],
  [`${CONTOSO}:onRequest`, `${CONTOSO}:onRequest`, false],
  [`${CONTOSO}:sentOnce`, `${CONTOSO}:sentOnce`, false],
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
  [CONTOSO, 'is no attribute'],
  ['x'.repeat(5000), 'is no attribute'],
  ['password', 'kept out'],
  [`${CONTOSO}:salary`, 'kept out'],
  ['roles', 'a rule for an app role'],
  ['roles.value', 'a rule for an app role'],
  ['groups', 'a rule for a group'],
  ['emails', 'not one text'],
  ['name', 'not one text'],
  ['name.familyName', 'not one text'],
  ['manager', 'not one text'],
  ['active', 'not one text'],
  [`${CONTOSO}:tags`, 'not one text'],
  [`${CONTOSO}:level`, 'not one text'],
  ['id', 'never sent'],
])('a rule may not look at %j', (text, why) => {
  expect(ruleAttribute(type, text)).toContain(why)
})
