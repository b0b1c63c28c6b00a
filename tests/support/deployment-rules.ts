import { settingNames } from '../../shared/config'
import { isObject, type Json, type JsonObject } from '../../shared/scim/json'
import { TENANTS_TABLE } from '../../shared/tenants/registry'
import { at, text, texts, templates, type ArmResource } from './arm'

/** Settings that shared/config.ts refuses inside Azure. */
const localOnly = [
  'TABLES_CONNECTION_STRING',
  'LOCAL_TENANT_TOKENS',
  'SIGN_IN_ISSUER',
  'FEDERATION_TEST_ISSUER',
  'WEBHOOK_ALLOW_LOCAL',
]
/** Settings that the Functions host reads, and nothing else: Flex Consumption takes runtime and version from functionAppConfig. */
const hostSettings = [
  'AzureWebJobsStorage__accountName',
  'AzureWebJobsStorage__credential',
  'AzureWebJobsStorage__clientId',
  'AzureWebJobsDisableHomepage',
  'APPLICATIONINSIGHTS_CONNECTION_STRING',
  'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
]
/** What the README and the workflow read. */
const outputNames = [
  ...['tenantUrlPattern', 'consoleUrl', 'functionAppName', 'vaultName', 'storageAccountName', 'identityClientId'],
  ...['identityPrincipalId', 'packageContainerId'], // infra/publish.sh
]

/** The environment and its suffix are left out of what the roles are given on. */
const directory = 'storageAccounts/st'
const hostStorage = 'storageAccounts/sthost'
const packageContainer = 'storageAccounts/stpkg/containers/app-package'

/** Role ids by the need of the code that they serve. */
const roles: Readonly<Record<string, readonly [where: string, id: string]>> = {
  'locks and keys of the host': [hostStorage, 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'],
  'reading the package, and never writing it': [packageContainer, '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1'],
  'the directory in tables': [directory, '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'],
  telemetry: ['components', '3913510d-42f4-4e42-8a64-420c390055eb'],
}
/** Never both: the second includes the first. */
const readingTokens = ['vaults', '4633458b-17de-408a-b874-0445c86b69e6'] as const
const writingTokens = ['vaults', 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'] as const

/** What must be said, because Azure's own default is open or may become so. */
const denials: readonly (readonly [type: string, path: string, value: Json])[] = [
  ['Microsoft.Storage/storageAccounts', 'properties.allowSharedKeyAccess', false],
  ['Microsoft.Storage/storageAccounts', 'properties.allowBlobPublicAccess', false],
  ['Microsoft.Storage/storageAccounts', 'properties.allowCrossTenantReplication', false],
  ['Microsoft.Storage/storageAccounts', 'properties.minimumTlsVersion', 'TLS1_2'],
  ['Microsoft.Storage/storageAccounts', 'properties.supportsHttpsTrafficOnly', true],
  ['Microsoft.Storage/storageAccounts/blobServices/containers', 'properties.publicAccess', 'None'],
  ['Microsoft.KeyVault/vaults', 'properties.enableRbacAuthorization', true],
  ['Microsoft.KeyVault/vaults', 'properties.enablePurgeProtection', true],
  ['Microsoft.KeyVault/vaults', 'properties.enableSoftDelete', true],
  ['Microsoft.KeyVault/vaults', 'properties.enabledForTemplateDeployment', false],
  ['Microsoft.Web/sites', 'properties.httpsOnly', true],
  ['Microsoft.Web/sites', 'properties.siteConfig.minTlsVersion', '1.2'],
  ['Microsoft.Web/sites', 'properties.siteConfig.scmMinTlsVersion', '1.2'],
  ['Microsoft.Web/sites', 'identity.type', 'UserAssigned'],
  ['Microsoft.Web/sites', 'properties.functionAppConfig.deployment.storage.authentication.type', 'UserAssignedIdentity'],
  ['Microsoft.Web/sites/basicPublishingCredentialsPolicies', 'properties.allow', false],
  ['Microsoft.Insights/components', 'properties.DisableLocalAuth', true],
  ['Microsoft.OperationalInsights/workspaces', 'properties.features.disableLocalAuth', true],
]
const walls: typeof denials = [
  ['Microsoft.Storage/storageAccounts', 'properties.publicNetworkAccess', 'Disabled'],
  ['Microsoft.Storage/storageAccounts', 'properties.networkAcls.defaultAction', 'Deny'],
  ['Microsoft.KeyVault/vaults', 'properties.publicNetworkAccess', 'Disabled'],
  ['Microsoft.KeyVault/vaults', 'properties.networkAcls.defaultAction', 'Deny'],
]

/** Azure's rules for names. A type that is missing here fails, so that a new resource comes with its rule. */
const names: Readonly<Record<string, RegExp>> = {
  'Microsoft.ManagedIdentity/userAssignedIdentities': /^[a-zA-Z0-9][\w-]{2,127}$/,
  'Microsoft.OperationalInsights/workspaces': /^[a-zA-Z0-9][a-zA-Z0-9-]{2,61}[a-zA-Z0-9]$/,
  'Microsoft.Insights/components': /^[\w().-]{0,259}[\w()-]$/,
  'Microsoft.Storage/storageAccounts': /^[a-z0-9]{3,24}$/,
  'Microsoft.Storage/storageAccounts/tableServices': /^default$/,
  'Microsoft.Storage/storageAccounts/tableServices/tables': /^[a-zA-Z][a-zA-Z0-9]{2,62}$/,
  'Microsoft.Storage/storageAccounts/blobServices': /^default$/,
  'Microsoft.Storage/storageAccounts/blobServices/containers': /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/,
  'Microsoft.KeyVault/vaults': /^(?=.{3,24}$)[a-zA-Z][a-zA-Z0-9]*(-[a-zA-Z0-9]+)*$/,
  'Microsoft.Authorization/roleAssignments': /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  'Microsoft.Authorization/locks': /^[\w().-]{1,90}$/,
  'Microsoft.Web/serverfarms': /^[a-zA-Z0-9-]{1,60}$/,
  'Microsoft.Web/sites': /^[a-zA-Z0-9][a-zA-Z0-9-]{0,58}[a-zA-Z0-9]$/,
  'Microsoft.Web/sites/config': /^appsettings$/,
  'Microsoft.Web/sites/basicPublishingCredentialsPolicies': /^(ftp|scm)$/,
  'Microsoft.Insights/diagnosticSettings': /^[\w.-]{1,260}$/,
  'Microsoft.Insights/actionGroups': /^[\w().-]{1,260}$/,
  'Microsoft.Insights/metricAlerts': /^[\w().-]{1,260}$/,
  'Microsoft.Insights/scheduledQueryRules': /^[\w().-]{1,260}$/,
  'Microsoft.Network/virtualNetworks': /^[a-zA-Z0-9][\w.-]{0,62}\w$/,
  'Microsoft.Network/privateEndpoints': /^[a-zA-Z0-9][\w.-]{0,62}\w$/,
  'Microsoft.Network/privateEndpoints/privateDnsZoneGroups': /^default$/,
  // These begin with the cloud's own suffix, known only in Azure; the link's own name is what follows.
  'Microsoft.Network/privateDnsZones': /privatelink\./,
  'Microsoft.Network/privateDnsZones/virtualNetworkLinks': /'link-[a-z0-9-]{1,74}'\)\]$/,
}

export interface Options {
  /** The template's own default is on. */
  readonly tokenGeneration?: boolean
  readonly privateNetworking?: boolean
}

/** What is wrong with the resources of a deployment, a sentence each; none when all rules hold. */
export function resourceFindings(resources: readonly ArmResource[], options: Options = {}): string[] {
  return [
    ...settingFindings(resources),
    ...roleFindings(resources, options),
    ...needFindings(resources),
    ...denialFindings(resources, [...denials, ...(options.privateNetworking === true ? walls : [])]),
    ...resources.filter((resource) => names[resource.type]?.test(resource.name) !== true).map(nameFinding),
  ]
}

const nameFinding = ({ type, name }: ArmResource) => `${type} may not be named ${name}`

export const ofType = (resources: readonly ArmResource[], type: string) => resources.filter((resource) => resource.type === type)

/** The app's settings, names and values. */
export function appSettings(resources: readonly ArmResource[]): JsonObject {
  const properties = ofType(resources, 'Microsoft.Web/sites/config')[0]?.body['properties']
  return isObject(properties) ? properties : {}
}

const difference = (what: string, actual: readonly string[], expected: readonly string[]) => [
  ...expected.filter((name) => !actual.includes(name)).map((name) => `${what} is missing: ${name}`),
  ...actual
    .filter((name, i) => !expected.includes(name) || actual.indexOf(name) !== i)
    .map((name) => `${what} has no use: ${name}`),
]

function settingFindings(resources: readonly ArmResource[]): string[] {
  const settings = appSettings(resources)
  const read = new Set<string>(settingNames.filter((name) => !localOnly.includes(name)))
  const expected = [...read, ...hostSettings]
  const values = Object.entries(settings).filter(([name, value]) => isSecret(text(value)) && !isTelemetryAddress(name, resources))
  return [
    ...difference('setting', Object.keys(settings), expected),
    ...values.map(([name]) => `setting ${name} carries a key or connection string`),
  ]
}

const isSecret = (value: string) =>
  /accountkey|sharedaccess|connectionstring|password|\blist[a-z]*\(|@microsoft\.keyvault/i.test(value)

/** Application Insights has an address that is called a connection string; it opens nothing where local authentication is off. */
const isTelemetryAddress = (name: string, resources: readonly ArmResource[]) =>
  name === 'APPLICATIONINSIGHTS_CONNECTION_STRING' &&
  ofType(resources, 'Microsoft.Insights/components').every(
    (component) => at(component.body, 'properties.DisableLocalAuth') === true,
  )

function roleFindings(resources: readonly ArmResource[], options: Options): string[] {
  const assignments = ofType(resources, 'Microsoft.Authorization/roleAssignments').map(
    ({ id, body }) =>
      `${placeOf(id.split('/providers/Microsoft.Authorization/')[0] ?? '')} ${text(at(body, 'properties.roleDefinitionId')).split('/').at(-1)}`,
  )
  const needed = [...Object.values(roles), options.tokenGeneration === false ? readingTokens : writingTokens]
  return difference(
    'role',
    assignments,
    needed.map((role) => role.join(' ')),
  )
}

/** Where a resource lies, without what is the deployment's own in its name: storageAccounts/stpkg/containers/app-package. */
function placeOf(id: string): string {
  const place = /\/storageAccounts\/(?<account>[a-z]+?)[a-z0-9]{13}(?:\/\w+Services\/default(?<part>\/\w+\/[\w-]+))?$/.exec(id)
  return place === null
    ? (id.split('/').at(-2) ?? '')
    : `storageAccounts/${place.groups?.['account']}${place.groups?.['part'] ?? ''}`
}

/**
 * What the code names must be there under that name, the package where the app looks for it, and neither the package nor what the host
 * keeps in the account of the directory.
 */
function needFindings(resources: readonly ArmResource[]): string[] {
  const present = (type: string) => ofType(resources, `Microsoft.Storage/storageAccounts/${type}`).map(({ id }) => placeOf(id))
  const accounts = ofType(resources, 'Microsoft.Storage/storageAccounts').map(({ id }) => placeOf(id))
  const hostAccount = placeOf(`/storageAccounts/${text(appSettings(resources)['AzureWebJobsStorage__accountName'])}`)
  return [
    ...difference('account', accounts, [directory, 'storageAccounts/stpkg', hostStorage]),
    ...difference('table', present('tableServices/tables'), [`${directory}/tables/${TENANTS_TABLE}`]),
    ...difference('container', present('blobServices/containers'), [packageContainer]),
    ...difference('storage of the host', [hostAccount], [hostStorage]),
  ]
}

function denialFindings(resources: readonly ArmResource[], rules: typeof denials): string[] {
  return rules.flatMap(([type, path, value]) => {
    const found = ofType(resources, type)
    if (found.length === 0) return [`there is no ${type}`]
    return found.flatMap(({ name, body }) =>
      at(body, path) === value ? [] : [`${type} ${name}: ${path} must be ${JSON.stringify(value)}`],
    )
  })
}

/** What is wrong with the compiled template itself: its parameters, outputs and expressions. */
export function templateFindings(template: JsonObject): string[] {
  const { parameters, outputs } = template
  const all = templates(template)
  const secure = all.flatMap((inner) => texts(inner['parameters']).filter(([, value]) => /^secure/i.test(value)))
  const asked = isObject(parameters)
    ? Object.keys(parameters).filter((name) => /secret|password|key|token(?!Generation)/i.test(name))
    : []
  const lists = all.flatMap((inner) =>
    texts(withoutNested(inner)).filter(([, value]) => value.startsWith('[') && /\blist[a-z]*\(/i.test(value)),
  )
  return [
    ...difference('output', isObject(outputs) ? Object.keys(outputs) : [], outputNames),
    ...texts(outputs)
      .filter(([path, value]) => path.endsWith('.value') && isSecret(value))
      .map(([path]) => `output ${path} is a secret`),
    ...secure.map(([path]) => `parameter ${path} is a secret`),
    ...asked.map((name) => `parameter ${name} asks for a secret`),
    ...lists.map(([path]) => `${path} reads a key`),
  ]
}

function withoutNested(template: JsonObject): JsonObject {
  const resources = JSON.parse(
    JSON.stringify(template['resources'] ?? {}, (name, value: Json) => (name === 'template' ? null : value)),
  ) as Json
  return { ...template, resources }
}
