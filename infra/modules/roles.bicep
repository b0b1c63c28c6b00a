metadata description = 'What the app may do: the directory\'s tables, reading its package, the host\'s own blobs, reading tokens (or making them too), sending telemetry. Nothing else. Takes minutes to be in force.'

@description('Required. Name of the app\'s identity. Assignments are named after it, so that a what-if can tell them before they exist.')
param identityName string
@description('Required. Object id of the app\'s identity.')
param principalId string
@description('Required. Name of the storage account of the directory.')
param directoryName string
@description('Required. Name of the storage account of the package.')
param packageAccountName string
@description('Required. Name of the container of the package.')
param packageContainerName string
@description('Required. Name of the storage account of the Functions host.')
param hostName string
@description('Required. Name of the vault.')
param vaultName string
@description('Required. Name of the Application Insights component.')
param componentName string
@description('Required. Lets the app write secrets too.')
param writeSecrets bool

// Storage Blob Data Owner: the least that Microsoft documents for AzureWebJobsStorage by identity, since the host makes containers. For an
// account that holds nothing else.
var hostRole = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b')
// Storage Blob Data Reader: the package, which somebody who got into the app could else replace. infra/publish.sh gives more while it publishes.
var packageRole = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1')
// Storage Table Data Contributor: the directory. For the account, since each tenant has a table of its own.
var tableRole = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3')
// Key Vault Secrets User: reads tokens, where an operator writes them
var readSecretsRole = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '4633458b-17de-408a-b874-0445c86b69e6')
// Key Vault Secrets Officer: reads, writes and disables tokens. There is no built-in role that writes without deleting;
// what is deleted can be brought back, since the vault has purge protection.
var writeSecretsRole = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7')
var secretsRole = writeSecrets ? writeSecretsRole : readSecretsRole
// Monitoring Metrics Publisher: sends telemetry
var telemetryRole = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '3913510d-42f4-4e42-8a64-420c390055eb')

resource directory 'Microsoft.Storage/storageAccounts@2026-06-01' existing = { name: directoryName }
resource host 'Microsoft.Storage/storageAccounts@2026-06-01' existing = { name: hostName }
resource packageAccount 'Microsoft.Storage/storageAccounts@2026-06-01' existing = {
  name: packageAccountName

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource container 'containers' existing = { name: packageContainerName }
  }
}
resource vault 'Microsoft.KeyVault/vaults@2026-02-01' existing = { name: vaultName }
resource component 'Microsoft.Insights/components@2020-02-02' existing = { name: componentName }

resource hostBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(host.id, identityName, hostRole)
  scope: host
  properties: { roleDefinitionId: hostRole, principalId: principalId, principalType: 'ServicePrincipal' }
}

resource package 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(packageAccount::blobs::container.id, identityName, packageRole)
  scope: packageAccount::blobs::container
  properties: { roleDefinitionId: packageRole, principalId: principalId, principalType: 'ServicePrincipal' }
}

resource tables 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(directory.id, identityName, tableRole)
  scope: directory
  properties: { roleDefinitionId: tableRole, principalId: principalId, principalType: 'ServicePrincipal' }
}

resource secrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, identityName, secretsRole)
  scope: vault
  properties: { roleDefinitionId: secretsRole, principalId: principalId, principalType: 'ServicePrincipal' }
}

resource telemetry 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(component.id, identityName, telemetryRole)
  scope: component
  properties: { roleDefinitionId: telemetryRole, principalId: principalId, principalType: 'ServicePrincipal' }
}
