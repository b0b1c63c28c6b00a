using 'main.bicep'

param environmentName = 'prod'
param storageSku = 'Standard_ZRS'
param logRetentionDays = 90
param logDailyCapGb = '1'
param alertEveryMinutes = 5
param lockResources = true
// Set the address that shall hear of failures:
// param alertEmail = 'operations@example.com'
// One warm instance spares each cycle of Entra ID its cold start, at the price of one instance all month:
// param alwaysReadyInstances = 1
