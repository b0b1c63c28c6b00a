import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { at, copyInfra, predict, predictFile, text, type ArmResource } from './support/arm'
import { findBicep, type Bicep } from './support/bicep'
import { allows } from './support/built-in-roles'
import { ofType } from './support/deployment-rules'

/** Whether the roles that docs/operations.md asks for let somebody write all that a deployment writes, and no role beyond it. */

const root = join(__dirname, '..')
const infra = join(root, 'infra')
const docs = readFileSync(join(root, 'docs', 'operations.md'), 'utf8')

/** The rows of the table in docs/operations.md: a role, and the parameter that it is needed for, if not always. */
const rows = [...docs.matchAll(/^\| `([\w ]+)` \| (?:always|`(\w+)`) \|/gm)].map(([, role = '', parameter]) => ({
  role,
  parameter,
}))
const rolesFor = (...parameters: string[]) =>
  rows.flatMap(({ role, parameter }) => (parameter === undefined || parameters.includes(parameter) ? [role] : []))

/** What the Azure CLI asks for besides, in the commands of docs/operations.md and of infra/publish.sh. */
const ofCommands = [
  'Microsoft.Resources/deployments/write',
  'Microsoft.Resources/deployments/whatIf/action',
  'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action',
  'Microsoft.Network/virtualNetworks/subnets/join/action',
  'Microsoft.Web/sites/publish/action',
  'Microsoft.Authorization/roleAssignments/delete',
]

/** What a deployment of these resources does that the roles do not allow. */
function refused(resources: readonly ArmResource[], roles: readonly string[]): string[] {
  const actions = new Set([...resources.map(({ type }) => `${type}/write`), ...ofCommands])
  return [...actions].filter((action) => !allows(roles, action))
}

test('Contributor assigns no role and sets no lock; what one role leaves out another one may allow', () => {
  const lock = 'Microsoft.Authorization/locks/write'
  const role = 'Microsoft.Authorization/roleAssignments/write'
  expect([allows(['Contributor'], 'Microsoft.Web/sites/write'), allows(['Contributor'], role)]).toEqual([true, false])
  const both = ['Contributor', 'Role Based Access Control Administrator']
  expect([allows(both, role), allows(both, lock), allows(['User Access Administrator'], lock)]).toEqual([true, false, true])
})

test('the docs name roles for each deployment, and further ones for locks', () => {
  expect(rolesFor()).toEqual(['Contributor', 'Role Based Access Control Administrator'])
  expect(rolesFor('lockResources')).toEqual([...rolesFor(), 'User Access Administrator'])
})

const bicep = findBicep()
if (bicep === undefined && process.env['CI'] === 'true') throw new Error('no Bicep CLI was found')
// tests/infra.test.ts says aloud that nothing of the deployment is checked.
const checked = bicep === undefined ? describe.skip : describe
jest.setTimeout(180_000) // each compilation takes some seconds, on a busy machine many

checked('the roles that the docs name', () => {
  const cli = bicep as Bicep
  const files = readdirSync(infra).flatMap((file) => (file.endsWith('.bicepparam') ? [file.slice(0, -'.bicepparam'.length)] : []))
  const everything = { environmentName: 'd', privateNetworking: true, alertEmail: 'operator@example.com' }
  let work: string
  beforeAll(() => {
    work = mkdtempSync(join(tmpdir(), 'rollcall-'))
  })
  afterAll(() => {
    rmSync(work, { recursive: true })
    cli.close()
  })

  test.each(files)('let somebody deploy %s.bicepparam', async (file) => {
    const resources = await predictFile(cli, copyInfra(work), file)
    expect(resources.length).toBeGreaterThan(10)
    expect(refused(resources, rolesFor())).toEqual([])
  })

  test('let somebody deploy everything that a parameter switches on, locks with the role that is named for them', async () => {
    const locked = await predict(cli, copyInfra(work), { ...everything, lockResources: true })
    expect(refused(locked, rolesFor('lockResources'))).toEqual([])
    expect(refused(locked, rolesFor())).toEqual(['Microsoft.Authorization/locks/write'])
  })

  test('would not do if resources were locked without being asked to', async () => {
    const change = { file: 'main.bicep', from: 'param lockResources bool = false', to: 'param lockResources bool = true' }
    const resources = await predictFile(cli, copyInfra(work, change), 'prod')
    expect(refused(resources, rolesFor())).toEqual(['Microsoft.Authorization/locks/write'])
  })

  test('may give the roles of the app and no other', async () => {
    const deployments = await Promise.all(
      [true, false].map((tokenGeneration) => predict(cli, copyInfra(work), { ...everything, tokenGeneration })),
    )
    const given = ofType(deployments.flat(), 'Microsoft.Authorization/roleAssignments').map(({ body }) =>
      text(at(body, 'properties.roleDefinitionId')).split('/').at(-1),
    )
    const whilePublishing = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe' // Storage Blob Data Contributor, by infra/publish.sh
    const lists = [...docs.matchAll(/^GIVEN=(.*)$/gm)].map(([, ids = '']) => ids.split(',').sort())
    expect(lists).toEqual([[...new Set([...given, whilePublishing])].sort()])
  })
})
