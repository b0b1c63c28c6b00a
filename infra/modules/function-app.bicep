metadata description = 'The app on Flex Consumption: Linux, Node 22, one app on its plan, its package in a blob container.'

@description('Required. Name of the app, the first part of its host name.')
param name string
@description('Required. Name of the plan.')
param planName string
@description('Required. Region.')
param location string
@description('Required. Tags.')
param tags object
@description('Required. Resource id of the app\'s identity.')
param identityId string
@description('Required. Client id of the app\'s identity.')
param identityClientId string
@description('Required. Storage account of the host\'s locks and keys, and of nothing else.')
param hostStorageName string
@description('Required. Container of the package.')
param packageContainerUrl string
@description('Required. Where telemetry goes.')
param applicationInsightsConnectionString string
@description('Required. Workspace for the host\'s own log.')
param workspaceId string
@description('Required. Subnet for outgoing connections; empty for none.')
param subnetId string
@description('Required. Memory of an instance.')
param instanceMemoryMB int
@description('Required. Requests at once on an instance.')
param httpConcurrency int
@description('Required. Warm instances.')
param alwaysReadyInstances int
@description('Required. Most instances.')
param maximumInstances int
@description('Required. Replaces instances in batches.')
param rollingUpdates bool
@description('Required. Address ranges that reach the app. Empty, as the tags then are: everybody.')
param allowedRanges string[]
@description('Required. Service tags that reach the app.')
param allowedServiceTags string[]
@description('Required. What shared/config.ts reads. Names go nowhere else.')
param settings object

// The host's own. AzureWebJobsStorage itself must not be set beside these, not even empty: deployments then fail.
var hostSettings = {
  AzureWebJobsStorage__accountName: hostStorageName
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsightsConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
  AzureWebJobsDisableHomepage: 'true' // else / is Microsoft's start page
}

var rules = concat(
  map(allowedRanges, range => { ipAddress: range, tag: 'Default' }),
  map(allowedServiceTags, serviceTag => { ipAddress: serviceTag, tag: 'ServiceTag' })
)

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true } // Linux
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: tags
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    // No ftpsState, linuxFxVersion or FUNCTIONS_ settings: Flex Consumption has no FTP, and refuses or replaces these.
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      http20Enabled: true
      // Said also when there is none, so that taking the last one out of the parameters takes effect.
      ipSecurityRestrictions: [
        for (rule, i) in rules: {
          name: 'allowed-${i}'
          action: 'Allow'
          priority: 100 + i
          ipAddress: rule.ipAddress
          tag: rule.tag
        }
      ]
      ipSecurityRestrictionsDefaultAction: empty(rules) ? 'Allow' : 'Deny'
      // Publishing comes from wherever the operator is. It signs in with Entra ID and needs a role on the app.
      scmIpSecurityRestrictionsUseMain: false
      scmIpSecurityRestrictionsDefaultAction: 'Allow'
    }
    functionAppConfig: {
      runtime: { name: 'node', version: '22' }
      // Said either way, so that switching it off takes effect too. The service takes it since API version 2023-12-01.
      #disable-next-line BCP037 // not yet among the types of this API version
      siteUpdateStrategy: { type: rollingUpdates ? 'RollingUpdate' : 'Recreate' }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainerUrl
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identityId }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstances
        alwaysReady: alwaysReadyInstances == 0 ? [] : [{ name: 'http', instanceCount: alwaysReadyInstances }]
        triggers: { http: { perInstanceConcurrency: httpConcurrency } }
      }
    }
  }
}

resource appSettings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: app
  name: 'appsettings'
  properties: union(settings, hostSettings)
}

// Publishing signs in with Entra ID; the passwords of the publishing profile open nothing.
resource basicFtp 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'ftp'
  properties: { allow: false }
}

resource basicScm 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'scm'
  properties: { allow: false }
}

// Tells why the host does not start when the way to Application Insights itself is what is broken.
resource hostLog 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: app
  name: 'host'
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'FunctionAppLogs', enabled: true }]
  }
}

@description('Name of the app.')
output name string = app.name
@description('Origin of the app.')
output url string = 'https://${app.properties.defaultHostName}'
