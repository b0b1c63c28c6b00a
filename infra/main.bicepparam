using 'main.bicep'

// What `azd up` deploys; it finds this file by its name.
var environmentOfAzd = readEnvironmentVariable('AZURE_ENV_NAME', 'azd')

param environmentName = environmentOfAzd
param tags = { 'azd-env-name': environmentOfAzd }
