metadata description = 'The directory in tables, and the container of the package. No account keys.'

@description('Required. Name of the storage account.')
param name string
@description('Required. Region.')
param location string
@description('Required. Tags.')
param tags object
@description('Required. Redundancy.')
param sku string
@description('Required. Refuses everything that does not come through a private endpoint.')
param privateOnly bool
@description('Required. Workspace for the audit log.')
param workspaceId string

var packageContainer = 'app-package'

resource account 'Microsoft.Storage/storageAccounts@2026-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: sku }
  properties: {
    allowSharedKeyAccess: false
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: privateOnly ? 'Disabled' : 'Enabled'
    networkAcls: {
      defaultAction: privateOnly ? 'Deny' : 'Allow'
      bypass: 'None'
    }
  }
}

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2026-06-01' = {
  parent: account
  name: 'default'
}

// The list of tenants. Each tenant's own table is made with the tenant, by the service.
resource tenants 'Microsoft.Storage/storageAccounts/tableServices/tables@2026-06-01' = {
  parent: tableService
  name: 'tenants'
}

resource blobService 'Microsoft.Storage/storageAccounts/blobServices@2026-06-01' = {
  parent: account
  name: 'default'
  properties: {
    deleteRetentionPolicy: { enabled: true, days: 7 }
    containerDeleteRetentionPolicy: { enabled: true, days: 7 }
  }
}

resource package 'Microsoft.Storage/storageAccounts/blobServices/containers@2026-06-01' = {
  parent: blobService
  name: packageContainer
  properties: { publicAccess: 'None' }
}

// Blobs only: a request log of tables holds row keys, and those hold people's names.
resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: blobService
  name: 'audit'
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'StorageDelete', enabled: true }]
  }
}

@description('Resource id.')
output id string = account.id
@description('Endpoint of the tables.')
output tablesUrl string = account.properties.primaryEndpoints.table
@description('Where the package is published to.')
output packageContainerUrl string = '${account.properties.primaryEndpoints.blob}${package.name}'
