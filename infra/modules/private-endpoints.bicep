metadata description = 'Private endpoints for tables, blobs and vault, with the DNS zones that lead there.'

@description('Required. Environment and suffix, the end of each name.')
param baseName string
@description('Required. Region.')
param location string
@description('Required. Tags.')
param tags object
@description('Required. Network that resolves the private names.')
param networkId string
@description('Required. Subnet of the endpoints.')
param subnetId string
@description('Required. Storage account.')
param storageAccountId string
@description('Required. Vault.')
param vaultId string

var storageSuffix = environment().suffixes.storage
var vaultSuffix = replace(environment().suffixes.keyvaultDns, '.vault.', 'vaultcore.') // .vault.azure.net in public Azure
var endpoints = [
  { kind: 'table', zone: 'privatelink.table.${storageSuffix}' }
  { kind: 'blob', zone: 'privatelink.blob.${storageSuffix}' }
  { kind: 'vault', zone: 'privatelink.${vaultSuffix}' }
]

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for endpoint in endpoints: {
    name: endpoint.zone
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (endpoint, i) in endpoints: {
    parent: zones[i]
    name: 'link-${baseName}'
    location: 'global'
    tags: tags
    properties: { registrationEnabled: false, virtualNetwork: { id: networkId } }
  }
]

resource privateEndpoints 'Microsoft.Network/privateEndpoints@2025-09-01' = [
  for endpoint in endpoints: {
    name: 'pe-${endpoint.kind}-${baseName}'
    location: location
    tags: tags
    properties: {
      subnet: { id: subnetId }
      privateLinkServiceConnections: [
        {
          name: endpoint.kind
          properties: {
            privateLinkServiceId: endpoint.kind == 'vault' ? vaultId : storageAccountId
            groupIds: [endpoint.kind]
          }
        }
      ]
    }
  }
]

resource records 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2025-09-01' = [
  for (endpoint, i) in endpoints: {
    parent: privateEndpoints[i]
    name: 'default'
    properties: { privateDnsZoneConfigs: [{ name: endpoint.kind, properties: { privateDnsZoneId: zones[i].id } }] }
  }
]
