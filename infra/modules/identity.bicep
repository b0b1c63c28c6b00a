metadata description = 'The identity under which the app reaches everything else. What it may do stands in roles.bicep.'

@description('Required. Name of the identity.')
param name string
@description('Required. Region.')
param location string
@description('Required. Tags.')
param tags object

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

@description('Resource id, for assigning it to the app.')
output id string = identity.id
@description('Object id, for role assignments.')
output principalId string = identity.properties.principalId
@description('Client id, for signing in.')
output clientId string = identity.properties.clientId
