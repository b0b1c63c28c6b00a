metadata name = 'Rollcall'
metadata description = 'A SCIM 2.0 service for Microsoft Entra ID: function app, tables, vault and their monitoring. No keys.'

targetScope = 'resourceGroup'

// ---------- Where and how it is called ----------

@description('Required. Short name of the environment, such as dev or prod: lower-case letters, digits and inner hyphens. Part of the Tenant URL; changing it makes a new, empty service.')
@minLength(1)
@maxLength(20)
param environmentName string

@description('Optional. Region of all resources; it must offer Flex Consumption.')
param location string = resourceGroup().location

@description('Optional. Tags of all resources.')
param tags object = {}

// ---------- The service ----------

@description('Optional. Origin for the locations in answers, such as https://scim.example.com. Empty: the one that the request was sent to.')
param publicUrl string = ''

@description('Optional. Streams requests, which chunked bodies need. Slower; leave it off unless a client sends such.')
param httpStream bool = false

@description('Optional. Requests a second that each tenant may make on one instance.')
@minValue(1)
@maxValue(999999)
param requestsPerSecond int = 100

@description('Optional. Requests that each tenant may make at once on one instance.')
@minValue(1)
@maxValue(999999)
param requestBurst int = 400

@description('Optional. Lets the service make and rotate tokens, for which it may write secrets. Off: an operator writes them and the service only reads. Switching it off leaves the role that was given; docs/operations.md says how to take it away.')
param tokenGeneration bool = true

@description('Optional. Entra ID tenant (a GUID) whose people may sign in to manage this service. Empty, as signInClientId then must be: nobody signs in.')
@maxLength(36)
param signInTenantId string = ''

@description('Optional. Client id (a GUID) of the app registration with the roles Rollcall.Admin and Rollcall.Reader.')
@maxLength(36)
param signInClientId string = ''

// ---------- Size ----------

@description('Optional. Memory of one instance, in MB.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 512

@description('Optional. HTTP requests that one instance takes at once before another one is started. Requests mostly wait for tables.')
@minValue(1)
@maxValue(1000)
param httpConcurrency int = 32

@description('Optional. Instances kept warm for HTTP, paid for also when idle. 0: the first request after a pause waits for a cold start.')
@minValue(0)
@maxValue(100)
param alwaysReadyInstances int = 0

@description('Optional. Most instances at once: the bound of cost and of load on the tables. Azure used to refuse fewer than 40, and may still do so in places.')
@minValue(1)
@maxValue(1000)
param maximumInstances int = 40

@description('Optional. Replaces instances in batches when package or settings change, instead of all at once. A preview of Flex Consumption, which Microsoft does not recommend for production.')
param rollingUpdates bool = false

@description('Optional. Redundancy of the storage accounts. ZRS survives the loss of a zone, GZRS of a region; neither undoes a wrong deletion.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
param storageSku string = 'Standard_LRS'

@description('Optional. Days for which a deleted vault or secret can be brought back. Cannot be changed later.')
@minValue(7)
@maxValue(90)
param vaultRetentionDays int = 90

// ---------- Watching it ----------

@description('Optional. Most telemetry a day, in GB, a decimal number as text. Past it, telemetry and the alerts on errors and slowness stop until the next day, and the alert on the feed fires.')
param logDailyCapGb string = '0.2'

@description('Optional. Days for which logs are kept. The tables of Application Insights keep theirs for 90 days at least, without charge.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('Optional. Address that alerts are sent to. Empty: alerts only show in the portal, unless actionGroupId is given.')
param alertEmail string = ''

@description('Optional. Resource id of an existing action group that alerts call.')
param actionGroupId string = ''

@description('Optional. Minutes between two runs of the alerts that search telemetry. Each rule costs more the more often it runs.')
@allowed([5, 10, 15])
param alertEveryMinutes int = 15

// ---------- Walls ----------

@description('Optional. Reaches tables, blobs and vault by private endpoints only. Publishing tokens to the vault then needs a machine inside the network.')
param privateNetworking bool = false

@description('Optional. Address range of the network when privateNetworking is on: a /24.')
param networkAddressPrefix string = '10.20.0.0/24'

@description('Optional. Address ranges (such as 203.0.113.7/32) that reach the app at all: SCIM, product API, console and management alike, because App Service knows no paths. Empty, as allowedServiceTags then must be: everybody. Once there is one, those of managementAllowedAddresses are let in besides.')
param allowedAddresses string[] = []

@description('Optional. Service tags that reach the app at all, beside allowedAddresses. AzureActiveDirectory: the provisioning of every customer of Entra ID.')
param allowedServiceTags string[] = []

@description('Optional. Address ranges from which the service answers the console, the management API and setup links. Empty: from everywhere that reaches it.')
param managementAllowedAddresses string[] = []

@description('Optional. Locks the account of the directory and the vault against deletion. Who deploys then also needs User Access Administrator. Lift the locks before tearing down.')
param lockResources bool = false

// 13 characters that are the same on every deployment to this group, and differ elsewhere.
var suffix = uniqueString(resourceGroup().id, environmentName, location)
var baseName = '${environmentName}-${suffix}'
// Storage accounts and vaults take 24 characters, which leaves no room for a name of one's own.
var directoryName = 'st${suffix}'
var packageAccountName = 'stpkg${suffix}'
var packageContainerName = 'app-package'
var hostStorageName = 'sthost${suffix}'
var vaultName = 'kv-${suffix}'
// Each range goes through parseCidr, so that a mistake ends the deployment and not somebody's way in.
var managementRanges = map(managementAllowedAddresses, range => '${parseCidr(range).network}/${parseCidr(range).cidr}')
var identityName = 'id-${baseName}'
var componentName = 'appi-${baseName}'

// Who the app is to storage, vault and telemetry: one identity, so that no key exists.
module identity 'modules/identity.bicep' = {
  params: {
    name: identityName
    location: location
    tags: tags
  }
}

// Where telemetry goes.
module monitoring 'modules/monitoring.bicep' = {
  params: {
    workspaceName: 'log-${baseName}'
    componentName: componentName
    location: location
    tags: tags
    dailyCapGb: logDailyCapGb
    retentionDays: logRetentionDays
  }
}

// The directory itself; apart from it the package that runs, and what the host of it keeps.
module storage 'modules/storage.bicep' = {
  params: {
    directoryName: directoryName
    packageName: packageAccountName
    packageContainerName: packageContainerName
    hostName: hostStorageName
    location: location
    tags: tags
    sku: storageSku
    privateOnly: privateNetworking
    workspaceId: monitoring.outputs.workspaceId
  }
}

// Bearer tokens.
module vault 'modules/vault.bicep' = {
  params: {
    name: vaultName
    location: location
    tags: tags
    retentionDays: vaultRetentionDays
    privateOnly: privateNetworking
    workspaceId: monitoring.outputs.workspaceId
  }
}

// All that the app may do, in one place.
module roles 'modules/roles.bicep' = {
  dependsOn: [storage, vault, monitoring]
  params: {
    identityName: identityName
    principalId: identity.outputs.principalId
    directoryName: directoryName
    packageAccountName: packageAccountName
    packageContainerName: packageContainerName
    hostName: hostStorageName
    vaultName: vaultName
    componentName: componentName
    writeSecrets: tokenGeneration
  }
}

module network 'modules/network.bicep' = if (privateNetworking) {
  params: {
    name: 'vnet-${baseName}'
    location: location
    tags: tags
    addressPrefix: networkAddressPrefix
  }
}

module privateEndpoints 'modules/private-endpoints.bicep' = if (privateNetworking) {
  params: {
    baseName: baseName
    location: location
    tags: tags
    networkId: network.?outputs.networkId ?? ''
    subnetId: network.?outputs.endpointSubnetId ?? ''
    directoryId: storage.outputs.directoryId
    packageAccountId: storage.outputs.packageAccountId
    hostId: storage.outputs.hostId
    vaultId: vault.outputs.id
  }
}

// After its roles and endpoints, so that the first start finds them.
module functionApp 'modules/function-app.bicep' = {
  dependsOn: [roles, privateEndpoints]
  params: {
    name: 'func-${baseName}'
    planName: 'plan-${baseName}'
    location: location
    tags: tags
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    hostStorageName: hostStorageName
    packageContainerUrl: storage.outputs.packageContainerUrl
    applicationInsightsConnectionString: monitoring.outputs.connectionString
    workspaceId: monitoring.outputs.workspaceId
    subnetId: privateNetworking ? network.?outputs.appSubnetId ?? '' : ''
    instanceMemoryMB: instanceMemoryMB
    httpConcurrency: httpConcurrency
    alwaysReadyInstances: alwaysReadyInstances
    maximumInstances: maximumInstances
    rollingUpdates: rollingUpdates
    allowedRanges: empty(allowedAddresses) && empty(allowedServiceTags)
      ? []
      : union(map(allowedAddresses, range => '${parseCidr(range).network}/${parseCidr(range).cidr}'), managementRanges)
    allowedServiceTags: allowedServiceTags
    settings: {
      TABLES_URL: storage.outputs.tablesUrl
      KEY_VAULT_URL: vault.outputs.url
      MANAGED_IDENTITY_CLIENT_ID: identity.outputs.clientId
      PUBLIC_URL: publicUrl // empty counts as not set
      HTTP_STREAM: httpStream ? 'true' : 'false' // string(true) would be True
      REQUESTS_PER_SECOND: string(requestsPerSecond)
      REQUEST_BURST: string(requestBurst)
      SIGN_IN_TENANT_ID: signInTenantId
      SIGN_IN_CLIENT_ID: signInClientId
      MANAGEMENT_ALLOWED_ADDRESSES: join(managementRanges, ',') // by the app itself, which knows its paths
    }
  }
}

module alerts 'modules/alerts.bicep' = {
  params: {
    baseName: baseName
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    storageAccountId: storage.outputs.directoryId
    vaultId: vault.outputs.id
    email: alertEmail
    actionGroupId: actionGroupId
    everyMinutes: alertEveryMinutes
  }
}

module locks 'modules/locks.bicep' = if (lockResources) {
  dependsOn: [storage, vault]
  params: {
    storageAccountName: directoryName
    vaultName: vaultName
  }
}

var origin = empty(publicUrl) ? functionApp.outputs.url : publicUrl

@description('What a customer enters as Tenant URL in Entra ID, with the tenant\'s name in place of {tenant}.')
output tenantUrlPattern string = '${origin}/scim/{tenant}'

@description('Where people look after their tenant.')
output consoleUrl string = '${origin}/console'

@description('Name of the function app, for publishing the package.')
output functionAppName string = functionApp.outputs.name

@description('Name of the vault, for writing a tenant\'s token.')
output vaultName string = vaultName

@description('Name of the storage account that holds the directory.')
output storageAccountName string = directoryName

@description('Client id of the app\'s identity.')
output identityClientId string = identity.outputs.clientId

@description('Object id of the app\'s identity, which infra/publish.sh lets write the package for a moment.')
output identityPrincipalId string = identity.outputs.principalId

@description('Resource id of the container of the package.')
output packageContainerId string = storage.outputs.packageContainerId
