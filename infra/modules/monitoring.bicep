metadata description = 'Log Analytics with a daily cap, and Application Insights that takes telemetry from identities only.'

@description('Required. Name of the workspace.')
param workspaceName string
@description('Required. Name of the Application Insights component.')
param componentName string
@description('Required. Region.')
param location string
@description('Required. Tags.')
param tags object
@description('Required. Most telemetry a day in GB, a decimal number as text (Bicep knows whole numbers only).')
param dailyCapGb string
@description('Required. Days for which telemetry is kept.')
param retentionDays int

resource workspace 'Microsoft.OperationalInsights/workspaces@2026-03-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionDays
    workspaceCapping: { dailyQuotaGb: json(dailyCapGb) }
    features: { disableLocalAuth: true } // no workspace key
  }
}

resource component 'Microsoft.Insights/components@2020-02-02' = {
  name: componentName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true // the instrumentation key alone sends nothing
  }
}

@description('Resource id of the workspace.')
output workspaceId string = workspace.id
@description('Says where telemetry goes. No secret: with local authentication off it opens nothing.')
output connectionString string = component.properties.ConnectionString
