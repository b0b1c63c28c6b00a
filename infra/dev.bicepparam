using 'main.bicep'

// Cheap, and easily torn down.
param environmentName = 'dev'
param vaultRetentionDays = 7
