metadata description = 'Private endpoints for the directory, the package, the host\'s blobs and the vault, with the DNS zones that lead there.'

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
@description('Required. Storage account of the directory.')
param directoryId string
@description('Required. Storage account of the package.')
param packageAccountId string
@description('Required. Storage account of the Functions host.')
param hostId string
@description('Required. Vault.')
param vaultId string

var storageSuffix = environment().suffixes.storage
var vaultSuffix = replace(environment().suffixes.keyvaultDns, '.vault.', 'vaultcore.') // .vault.azure.net in public Azure
var zoneNames = ['privatelink.table.${storageSuffix}', 'privatelink.blob.${storageSuffix}', 'privatelink.${vaultSuffix}']
var endpoints = [
  { name: 'table', kind: 'table', zone: 0 }
  { name: 'package', kind: 'blob', zone: 1 }
  { name: 'host', kind: 'blob', zone: 1 }
  { name: 'vault', kind: 'vault', zone: 2 }
]

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for zoneName in zoneNames: {
    name: zoneName
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (zoneName, i) in zoneNames: {
    parent: zones[i]
    name: 'link-${baseName}'
    location: 'global'
    tags: tags
    properties: { registrationEnabled: false, virtualNetwork: { id: networkId } }
  }
]

resource privateEndpoints 'Microsoft.Network/privateEndpoints@2025-09-01' = [
  for endpoint in endpoints: {
    name: 'pe-${endpoint.name}-${baseName}'
    location: location
    tags: tags
    properties: {
      subnet: { id: subnetId }
      privateLinkServiceConnections: [
        {
          name: endpoint.name
          properties: {
            // Written out: the linter takes no id that it cannot follow.
            privateLinkServiceId: endpoint.name == 'table'
              ? directoryId
              : endpoint.name == 'package' ? packageAccountId : endpoint.name == 'host' ? hostId : vaultId
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
    properties: { privateDnsZoneConfigs: [{ name: endpoint.kind, properties: { privateDnsZoneId: zones[endpoint.zone].id } }] }
  }
]
