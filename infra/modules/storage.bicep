metadata description = 'Three accounts without keys, so that a role on one opens nothing of another: the directory in tables, the package, and what the Functions host keeps.'

@description('Required. Name of the account of the directory.')
param directoryName string
@description('Required. Name of the account of the package.')
param packageName string
@description('Required. Name of the container of the package.')
param packageContainerName string
@description('Required. Name of the account of the Functions host.')
param hostName string
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

var properties = {
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

resource directory 'Microsoft.Storage/storageAccounts@2026-06-01' = {
  name: directoryName
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: sku }
  properties: properties
}

resource package 'Microsoft.Storage/storageAccounts@2026-06-01' = {
  name: packageName
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: sku }
  properties: properties
}

// Leases, the timer's last run and the host's own keys. The host makes its containers itself.
resource host 'Microsoft.Storage/storageAccounts@2026-06-01' = {
  name: hostName
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: sku }
  properties: properties
}

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2026-06-01' = {
  parent: directory
  name: 'default'
}

// The list of tenants. Each tenant's own table is made with the tenant, by the service.
resource tenants 'Microsoft.Storage/storageAccounts/tableServices/tables@2026-06-01' = {
  parent: tableService
  name: 'tenants'
}

resource packageBlobs 'Microsoft.Storage/storageAccounts/blobServices@2026-06-01' = {
  parent: package
  name: 'default'
  properties: {
    deleteRetentionPolicy: { enabled: true, days: 7 }
    containerDeleteRetentionPolicy: { enabled: true, days: 7 }
  }
}

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2026-06-01' = {
  parent: packageBlobs
  name: packageContainerName
  properties: { publicAccess: 'None' }
}

// Who replaced the package, and when. Tables have no such log: it would hold row keys, and those hold people's names.
resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: packageBlobs
  name: 'audit'
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'StorageWrite', enabled: true }, { category: 'StorageDelete', enabled: true }]
  }
}

@description('Resource id of the account of the directory.')
output directoryId string = directory.id
@description('Resource id of the account of the package.')
output packageAccountId string = package.id
@description('Resource id of the account of the Functions host.')
output hostId string = host.id
@description('Endpoint of the tables.')
output tablesUrl string = directory.properties.primaryEndpoints.table
@description('Where the package is published to.')
output packageContainerUrl string = '${package.properties.primaryEndpoints.blob}${container.name}'
@description('Resource id of that container.')
output packageContainerId string = container.id
