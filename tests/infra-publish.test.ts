import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

const script = join(__dirname, '..', 'infra', 'publish.sh')
const container =
  '/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/stpkgx/blobServices/default/containers/p'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-'))
  writeFileSync(join(folder, 'p.zip'), '')
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

function command(name: string, body: string) {
  const path = join(folder, name)
  writeFileSync(path, `#!/bin/sh\n${body}`)
  chmodSync(path, 0o755)
}

interface Azure {
  /** How often publishing is refused before it succeeds. */
  readonly refusals?: number
  readonly refuses?: 'create' | 'delete'
  readonly zip?: string
}

/** Runs the script with an Azure CLI that only notes what it is asked. */
function publish({ refusals = 0, refuses, zip = 'p.zip' }: Azure = {}, env: Readonly<Record<string, string>> = {}) {
  const log = join(folder, 'log')
  command('sleep', `echo "sleep $1" >>${log}`)
  command(
    'az',
    `echo "$*" >>${log}
case "$*" in
  *outputs.functionAppName*) echo func-x ;;
  *outputs.identityPrincipalId*) echo object-id ;;
  *outputs.packageContainerId*) echo ${container} ;;
  "role assignment ${refuses ?? 'nothing'}"*) exit 1 ;;
  *config-zip*) [ "$(grep -c config-zip ${log})" -gt ${refusals} ] || exit 1 ;;
esac`,
  )
  const { status, stderr } = spawnSync(script, ['group', zip], {
    cwd: folder,
    env: { ...env, PATH: `${folder}${delimiter}${process.env['PATH']}` },
    encoding: 'utf8',
  })
  const asked = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []
  return { status, stderr, asked, changes: asked.filter((line) => !line.startsWith('deployment group show')) }
}

const short = (lines: readonly string[]) => lines.map((line) => line.split(' ').slice(0, 3).join(' '))
const given = 'role assignment create'
const published = 'functionapp deployment source'
const taken = 'role assignment delete'

test('lets the app write its package while it publishes, and takes that right away', () => {
  const { status, changes } = publish()
  expect(status).toBe(0)
  expect(short(changes)).toEqual([given, published, taken])
  const name = /--name ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) /.exec(changes[0] ?? '')?.[1]
  expect(changes[0]).toContain(`--assignee-object-id object-id --assignee-principal-type ServicePrincipal`)
  expect(changes[0]).toContain(`--role Storage Blob Data Contributor --scope ${container} `)
  expect(changes[1]).toContain('--resource-group group --name func-x --src p.zip')
  expect(changes[2]).toBe(`${taken} --ids ${container}/providers/Microsoft.Authorization/roleAssignments/${name}`)
})

test('waits until the role is in force', () => {
  const { status, changes } = publish({ refusals: 2 })
  expect(status).toBe(0)
  expect(short(changes)).toEqual([given, published, 'sleep 30', published, 'sleep 30', published, taken])
})

test('gives up after ten minutes, and takes the right away then too', () => {
  const { status, stderr, changes } = publish({ refusals: 1000 })
  expect(status).toBe(1)
  expect(stderr).toContain('The package was not published.')
  expect(changes.filter((line) => line.startsWith('sleep'))).toHaveLength(20)
  expect(changes.at(-1)).toContain(taken)
})

test('publishes nothing when the right cannot be given, and leaves none', () => {
  const { status, changes } = publish({ refuses: 'create' })
  expect(status).not.toBe(0)
  expect(short(changes)).toEqual([given, taken])
})

test('fails aloud when the right could not be taken away', () => {
  const { status, stderr } = publish({ refuses: 'delete' })
  expect(status).toBe(1)
  expect(stderr).toContain('THE APP MAY STILL REPLACE ITS PACKAGE. Repeat: az role assignment delete --ids')
})

test('takes names from the environment where azd has set them', () => {
  const { asked } = publish({}, { functionAppName: 'func-azd', identityPrincipalId: 'id-azd', packageContainerId: container })
  expect(asked.join('\n')).not.toContain('deployment group show')
  expect(asked.join('\n')).toContain('--name func-azd --src')
})

test('without a package nothing is asked of Azure, and it says how to make one', () => {
  expect(publish({ zip: 'none.zip' })).toMatchObject({
    status: 1,
    asked: [],
    stderr: 'There is no none.zip: npm run package makes it.\n',
  })
})
