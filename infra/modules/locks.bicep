metadata description = 'Locks against deletion on the two resources that hold data, and not on the package, where a lock would keep infra/publish.sh from taking a role away. Data in them can still be deleted by those with a role.'

@description('Required. Name of the storage account.')
param storageAccountName string
@description('Required. Name of the vault.')
param vaultName string

resource account 'Microsoft.Storage/storageAccounts@2026-06-01' existing = { name: storageAccountName }
resource vault 'Microsoft.KeyVault/vaults@2026-02-01' existing = { name: vaultName }

resource accountLock 'Microsoft.Authorization/locks@2020-05-01' = {
  scope: account
  name: 'keep'
  properties: { level: 'CanNotDelete', notes: 'Holds the directory of every tenant.' }
}

resource vaultLock 'Microsoft.Authorization/locks@2020-05-01' = {
  scope: vault
  name: 'keep'
  properties: { level: 'CanNotDelete', notes: 'Holds the tokens of every tenant.' }
}
