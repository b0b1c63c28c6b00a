using 'main.bicep'

param environmentName = 'prod'
param storageSku = 'Standard_ZRS'
param logRetentionDays = 90
param logDailyCapGb = '1'
param alertEveryMinutes = 5
// The directory, the package and the vault are reached from the app's own network alone. The commands `npm run tenant`, `export` and
// `import` then need a machine inside it; the console makes tenants and tokens without one.
param privateNetworking = true
// Where operators sit, and who reaches the app at all: Entra ID, the product that reads from it, and the operators:
// param managementAllowedAddresses = ['203.0.113.0/24']
// param allowedServiceTags = ['AzureActiveDirectory']
// param allowedAddresses = ['198.51.100.7/32']
// Set the address that shall hear of failures:
// param alertEmail = 'operations@example.com'
// One warm instance spares each cycle of Entra ID its cold start, at the price of one instance all month:
// param alwaysReadyInstances = 1
// Locks against deletion. Who deploys then needs User Access Administrator besides Contributor (docs/operations.md), which may make itself
// everything else; so it is asked for by whoever has that role:
// param lockResources = true
