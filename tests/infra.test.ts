import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { followTimer } from '../functions/follow-timer'
import host from '../host.json'
import { readConfig } from '../shared/config'
import type { JsonObject } from '../shared/scim/json'
import {
  at,
  compile,
  copyInfra,
  parseObject,
  predict,
  predictFile,
  text,
  texts,
  withoutGenerator,
  type ArmResource,
} from './support/arm'
import { findBicep } from './support/bicep'
import { appSettings, ofType, resourceFindings, templateFindings } from './support/deployment-rules'

const infra = join(__dirname, '..', 'infra')
const bicep = findBicep()
if (bicep === undefined) {
  const message =
    'THE DEPLOYMENT IS NOT CHECKED: no Bicep CLI was found. Install it, or the .NET SDK, which fetches it from NuGet.'
  if (process.env['CI'] === 'true') throw new Error(message)
  console.warn(message)
}
const checked = bicep === undefined ? describe.skip : describe
const cli = bicep!
let work: string
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'rollcall-'))
})
afterAll(() => {
  rmSync(work, { recursive: true })
  bicep?.close()
})
jest.setTimeout(180_000) // each compilation takes some seconds, on a busy machine many

/** The longest that the template takes for each of its texts, and everything that can be switched on. */
const everything: JsonObject = {
  environmentName: 'abcdefghi-klmnopqrst',
  privateNetworking: true,
  lockResources: true,
  signInTenantId: '00000000-0000-0000-0000-00000000000b',
  signInClientId: '00000000-0000-0000-0000-00000000000c',
  rollingUpdates: true,
  alertEmail: 'operator@example.com',
  alwaysReadyInstances: 2,
  allowedAddresses: ['198.51.100.7/32', '2001:db8::/32'],
  allowedServiceTags: ['AzureActiveDirectory'],
  managementAllowedAddresses: ['203.0.113.0/24', '198.51.100.7/32'],
}

let compiled: Promise<JsonObject> | undefined
const template = () => (compiled ??= compile(cli, infra))

checked('bicep', () => {
  test('lint says nothing about any file', async () => {
    expect(await cli.run(infra, ['lint', '--pattern', '**/*.bicep'])).toEqual({ stdout: '', stderr: '' })
  })

  test.each(readdirSync(infra).filter((file) => file.endsWith('.bicepparam')))(
    'Bicep accepts %s without a warning',
    async (file) => {
      const { diagnostics, parameters } = await cli.ask('bicep/compileParams', {
        path: join(infra, file),
        parameterOverrides: {},
      })
      expect(diagnostics).toEqual([])
      expect(text(at(parseObject(text(parameters)), 'parameters.environmentName.value'))).not.toBe('')
    },
  )

  test('build gives the committed template without a warning; npm run infra brings it up to date', async () => {
    expect((await cli.ask('bicep/compile', { path: join(infra, 'main.bicep') }))['diagnostics']).toEqual([])
    const committed = withoutGenerator(parseObject(readFileSync(join(infra, 'azuredeploy.json'), 'utf8')))
    expect(committed).toEqual(await template())
  })

  test('every linter rule that is on is an error', () => {
    const config = readFileSync(join(infra, 'bicepconfig.json'), 'utf8').replace(/^\s*\/\/.*$/gm, '')
    const levels = Object.entries(at(parseObject(config), 'analyzers.core.rules') as JsonObject)
    expect(levels.filter(([, rule]) => at(rule, 'level') !== 'error').map(([name]) => name)).toEqual(['use-recent-api-versions'])
  })
})

const minutes = (duration: string | undefined) => Number(/^PT(\d+)M$/.exec(duration ?? '')?.[1])

/** What shared/config.ts makes of the app's settings, with Azure's values for what is known only there. */
function acceptedConfig(resources: readonly ArmResource[]) {
  const known: Readonly<Record<string, string>> = {
    'outputs.tablesUrl.value]': 'https://acme.table.core.windows.net/',
    'outputs.url.value]': 'https://acme.vault.azure.net/',
    'outputs.clientId.value]': '00000000-0000-0000-0000-00000000000a',
  }
  const settings = Object.entries(appSettings(resources)).map(([name, value]) => {
    const runtime = Object.entries(known).find(([ending]) => text(value).endsWith(ending))
    return [name, runtime?.[1] ?? text(value)] as const
  })
  return readConfig({ ...Object.fromEntries(settings), WEBSITE_SKU: 'FlexConsumption' })
}

checked('a deployment', () => {
  let small: ArmResource[]
  let large: ArmResource[]
  beforeAll(async () => {
    const tried = [{ environmentName: 'd' }, everything].map((parameters) => predict(cli, copyInfra(work), parameters))
    ;[small, large] = (await Promise.all(tried)) as [ArmResource[], ArmResource[]]
  })

  test('keeps every rule with the shortest name and nothing switched on', () => {
    expect(resourceFindings(small)).toEqual([])
  })

  test('keeps every rule with the longest name and everything switched on', async () => {
    expect(resourceFindings(large, { privateNetworking: true })).toEqual([])
    const longest = at(await template(), 'parameters.environmentName.maxLength')
    expect(text(everything['environmentName'])).toHaveLength(Number(longest))
  })

  test('lets the app read secrets and not write them where token generation is off', async () => {
    const readOnly = await predict(cli, copyInfra(work), { environmentName: 'd', tokenGeneration: false })
    expect(resourceFindings(readOnly, { tokenGeneration: false })).toEqual([])
  })

  test('has no secret among its parameters and outputs, and reads no key', async () => {
    expect(templateFindings(await template())).toEqual([])
  })

  test('gives the app settings that it accepts in Azure', () => {
    expect(acceptedConfig(small)).toEqual({
      tables: { kind: 'identity', url: 'https://acme.table.core.windows.net' },
      tokens: { kind: 'keyVault', url: 'https://acme.vault.azure.net' },
      managedIdentityClientId: '00000000-0000-0000-0000-00000000000a',
      publicUrl: undefined,
      httpStream: false,
      requestsPerSecond: 100,
      requestBurst: 400,
      signIn: undefined,
      managementAddresses: [],
      federationTestIssuer: undefined,
      allowLocalWebhooks: false,
    })
    expect(acceptedConfig(large).signIn).toEqual({
      tenantId: '00000000-0000-0000-0000-00000000000b',
      clientId: '00000000-0000-0000-0000-00000000000c',
      issuer: 'https://login.microsoftonline.com/00000000-0000-0000-0000-00000000000b/v2.0',
    })
  })

  test('says nothing of the host at /, where Microsoft’s start page would be', () => {
    expect(appSettings(small)).toMatchObject({ AzureWebJobsDisableHomepage: 'true' })
  })

  test('runs Node 22 on Flex Consumption, small and cold unless told otherwise', () => {
    expect(at(ofType(small, 'Microsoft.Web/serverfarms')[0]?.body, 'sku.name')).toBe('FC1')
    const app = at(ofType(small, 'Microsoft.Web/sites')[0]?.body, 'properties.functionAppConfig')
    expect(at(app, 'runtime')).toEqual({ name: 'node', version: '22' })
    expect(at(app, 'scaleAndConcurrency')).toEqual({
      instanceMemoryMB: 512,
      maximumInstanceCount: 40,
      alwaysReady: [],
      triggers: { http: { perInstanceConcurrency: 32 } },
    })
    const warm = at(ofType(large, 'Microsoft.Web/sites')[0]?.body, 'properties.functionAppConfig.scaleAndConcurrency.alwaysReady')
    expect(warm).toEqual([{ name: 'http', instanceCount: 2 }])
  })

  test('replaces instances all at once, and in batches where that is asked for', () => {
    const strategies = [small, large].map((resources) =>
      at(ofType(resources, 'Microsoft.Web/sites')[0]?.body, 'properties.functionAppConfig.siteUpdateStrategy.type'),
    )
    expect(strategies).toEqual(['Recreate', 'RollingUpdate'])
  })

  test('logs no request to tables, whose addresses hold names of people', () => {
    const logs = ofType(small, 'Microsoft.Insights/diagnosticSettings')
    const kept = logs.map(({ id, body }) => {
      const target = /(\w+)\/[^/]+\/providers\/Microsoft\.Insights/.exec(id)?.[1] ?? ''
      return [target, ...texts(at(body, 'properties.logs')).map(([, category]) => category)].join(' ')
    })
    expect(kept).toEqual(['blobServices StorageWrite StorageDelete', 'vaults AuditEvent', 'sites FunctionAppLogs'])
  })

  test('walls off the directory, the package, the blobs of the host and the vault together', () => {
    const endpoints = ofType(large, 'Microsoft.Network/privateEndpoints').map(({ name }) => name.split('-')[1])
    expect(endpoints).toEqual(['table', 'package', 'host', 'vault'])
    expect(ofType(small, 'Microsoft.Network/privateEndpoints')).toEqual([])
  })

  const siteConfig = (resources: readonly ArmResource[]) =>
    at(ofType(resources, 'Microsoft.Web/sites')[0]?.body, 'properties.siteConfig')
  const rulesOf = (resources: readonly ArmResource[]) => {
    const rules = at(siteConfig(resources), 'ipSecurityRestrictions')
    return Array.isArray(rules)
      ? rules.map((rule) => ['action', 'tag', 'ipAddress'].map((name) => text(at(rule, name))).join(' '))
      : []
  }

  test('lets everybody reach the app unless there is a list, and then whoever is on it or manages', () => {
    expect([rulesOf(small), at(siteConfig(small), 'ipSecurityRestrictionsDefaultAction')]).toEqual([[], 'Allow'])
    expect(rulesOf(large)).toEqual([
      'Allow Default 198.51.100.7/32',
      'Allow Default 2001:db8::/32',
      'Allow Default 203.0.113.0/24',
      'Allow ServiceTag AzureActiveDirectory',
    ])
    expect(at(siteConfig(large), 'ipSecurityRestrictionsDefaultAction')).toBe('Deny')
  })

  test('tells the service where management may be reached from, which alone closes nothing else', async () => {
    const managed = await predict(cli, copyInfra(work), {
      environmentName: 'd',
      managementAllowedAddresses: ['203.0.113.9/24', '2001:db8::/32'],
    })
    const setting = (resources: readonly ArmResource[]) => appSettings(resources)['MANAGEMENT_ALLOWED_ADDRESSES']
    expect([small, managed].map(setting)).toEqual(['', '203.0.113.0/24,2001:db8::/32'])
    expect([rulesOf(managed), at(siteConfig(managed), 'ipSecurityRestrictionsDefaultAction')]).toEqual([[], 'Allow'])
  })

  test.each(['allowedAddresses', 'managementAllowedAddresses'])('is not made with a mistake in %s', async (list) => {
    const parameters = { environmentName: 'd', allowedServiceTags: ['AzureActiveDirectory'], [list]: ['203.0.113.300/32'] }
    await expect(predict(cli, copyInfra(work), parameters)).rejects.toThrow(/parseCidr|203\.0\.113\.300/)
  })

  test('of production reaches storage and vault by private endpoints alone, and locks nothing', async () => {
    const production = await predictFile(cli, copyInfra(work), 'prod')
    expect(resourceFindings(production, { privateNetworking: true })).toEqual([])
    expect(ofType(production, 'Microsoft.Authorization/locks')).toEqual([])
  })

  test('alerts on errors, slowness, an unread feed, refused tokens, throttled storage and a refusing vault, and tells the operator', () => {
    const alerts = large.filter(({ type }) => /(metricAlerts|scheduledQueryRules)$/.test(type))
    expect(alerts.map(({ name }) => name.split('-')[1])).toEqual(['errors', 'slow', 'feed', 'tokens', 'throttled', 'vault'])
    const told = alerts.map(({ body }) => JSON.stringify(at(body, 'properties.actions')))
    expect(told.filter((actions) => actions.includes('/actionGroups/ag-'))).toHaveLength(6)
  })

  const queryOf = (search: string) => {
    const rule = ofType(small, 'Microsoft.Insights/scheduledQueryRules').find(({ name }) => name.startsWith(`alert-${search}-`))
    return texts(rule?.body).find(([path]) => path.endsWith('.query'))?.[1] ?? ''
  }

  test('counts 501 as no failure, here and in the query of the operator', () => {
    expect(queryOf('errors')).toContain('toint(ResultCode) >= 500 and ResultCode != "501"')
    const docs = readFileSync(join(infra, '..', 'docs', 'operations.md'), 'utf8')
    expect(docs).toContain('where toint(line.status) >= 500 and toint(line.status) != 501 |')
  })

  test('counts refused tokens by the tenant that the address names', () => {
    const address = /extract\(@"([^"]+)"/.exec(queryOf('tokens'))?.[1] ?? 'none'
    const tenants = [
      'https://x.example/scim/contoso',
      'https://x.example/scim/contoso/Users',
      'https://x.example/api/product/tenants/contoso/changes',
      'https://x.example/api/manage/tenants/contoso/people',
      'https://x.example/console/t/contoso',
    ].map((url) => new RegExp(address).exec(url)?.[1])
    expect(tenants).toEqual(['contoso', 'contoso', 'contoso', undefined, undefined])
    expect(queryOf('tokens')).toContain('where ResultCode == "401"')
    expect(queryOf('tokens')).toContain('by tenant | where refused >= 10')
  })

  test('alerts on what the code writes: the timer by its name, and the line that tells how old unread changes are', () => {
    const query = queryOf('feed')
    expect(query).toContain(`Name == "${followTimer.name}"`)
    expect(query).toContain('tostring(line.operation) == "feed-age" and todouble(line.seconds) > 600')
  })

  test.each(['errors', 'slow', 'feed', 'tokens'])('has looked at each moment when the search for %s runs again', (search) => {
    for (const resources of [small, large]) {
      const found = ofType(resources, 'Microsoft.Insights/scheduledQueryRules').find(({ name }) => name.includes(`-${search}-`))
      const [every, window] = ['evaluationFrequency', 'windowSize'].map((name) => text(at(found?.body, `properties.${name}`)))
      expect(minutes(every)).toBeLessThanOrEqual(minutes(window))
    }
  })
})

describe('host.json', () => {
  const { applicationInsights } = host.logging

  test('keeps query strings, which name people, out of the telemetry of requests', () => {
    expect(applicationInsights.enableQueryStringTracing).toBe(false)
  })

  test('keeps the addresses of what the host itself calls out of it', () => {
    expect(applicationInsights.enableDependencyTracking).toBe(false)
  })

  test('opens no category of logs that the host keeps shut: ASP.NET Core writes addresses and headers', () => {
    expect(Object.keys(host.logging)).toEqual(['applicationInsights'])
  })

  test('leaves requests unsampled, with their addresses and status, which the alerts count', () => {
    expect(applicationInsights.samplingSettings.excludedTypes.split(';')).toContain('Request')
    expect(applicationInsights.httpAutoCollectionOptions.enableHttpTriggerExtendedInfoCollection).toBe(true)
  })
})

checked('the checks see', () => {
  const role = "resource tables 'Microsoft.Authorization/roleAssignments@2022-04-01' = "
  const output = "@description('Name of the vault"
  test.each([
    {
      mistake: 'a missing role',
      change: { file: 'modules/roles.bicep', from: role, to: `${role}if (!writeSecrets) ` },
      finding: 'role is missing: storageAccounts/st 0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3',
    },
    {
      mistake: 'an app that may replace its own package',
      change: {
        file: 'modules/roles.bicep',
        from: '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1',
        to: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe',
      },
      finding: 'role has no use: storageAccounts/stpkg/containers/app-package ba92f5b4-2d11-453d-a403-e96b0029c9fe',
    },
    {
      mistake: 'a host that keeps its blobs beside the package',
      change: { file: 'main.bicep', from: 'hostStorageName: hostStorageName', to: 'hostStorageName: packageAccountName' },
      finding: 'storage of the host is missing: storageAccounts/sthost',
    },
    {
      mistake: 'a public vault beside private storage',
      change: { file: 'modules/vault.bicep', from: "privateOnly ? 'Disabled' : 'Enabled'", to: "'Enabled'" },
      finding: 'properties.publicNetworkAccess must be "Disabled"',
    },
    {
      mistake: 'a package in the account of the directory',
      change: { file: 'modules/storage.bicep', from: 'parent: package\n', to: 'parent: directory\n' },
      finding: 'container has no use: storageAccounts/st/containers/app-package',
    },
    {
      mistake: 'an extra setting',
      change: { file: 'main.bicep', from: 'PUBLIC_URL:', to: "EXTRA: 'x'\n      PUBLIC_URL:" },
      finding: 'setting has no use: EXTRA',
    },
    {
      mistake: 'a missing setting',
      change: { file: 'main.bicep', from: 'KEY_VAULT_URL:', to: 'VAULT_URL:' },
      finding: 'setting is missing: KEY_VAULT_URL',
    },
    {
      mistake: 'shared keys on',
      change: { file: 'modules/storage.bicep', from: 'allowSharedKeyAccess: false', to: 'allowSharedKeyAccess: true' },
      finding: 'properties.allowSharedKeyAccess must be false',
    },
    {
      mistake: 'a plain-text secret as output',
      change: { file: 'main.bicep', from: output, to: `output secret string = monitoring.outputs.connectionString\n${output}` },
      finding: 'output .secret.value is a secret',
    },
    {
      mistake: 'a key as setting',
      change: { file: 'modules/function-app.bicep', from: "'managedidentity'", to: "'AccountKey=x'" },
      finding: 'setting AzureWebJobsStorage__credential carries a key',
    },
    {
      mistake: 'a too long name',
      change: { file: 'main.bicep', from: "'kv-${suffix}'", to: "'kv-${baseName}'" },
      finding: 'Microsoft.KeyVault/vaults may not be named kv-abcdefghi-klmnopqrst',
    },
  ])('$mistake', async ({ change, finding }) => {
    const folder = copyInfra(work, change)
    const found = finding.startsWith('output')
      ? templateFindings(await compile(cli, folder))
      : resourceFindings(await predict(cli, folder, everything), { privateNetworking: true })
    expect(found.filter((sentence) => sentence.includes(finding))).not.toEqual([])
  })
})
