metadata description = 'What wakes a person: failing or slow answers, changes that nobody reads, refused tokens, throttled tables, a vault that refuses.'

@description('Required. Environment and suffix, the end of each name.')
param baseName string
@description('Required. Region.')
param location string
@description('Required. Tags.')
param tags object
@description('Required. Workspace that is searched.')
param workspaceId string
@description('Required. Storage account that is watched.')
param storageAccountId string
@description('Required. Vault that is watched.')
param vaultId string
@description('Required. Address of a person; empty for none.')
param email string
@description('Required. Existing action group; empty for none.')
param actionGroupId string
@description('Required. Minutes between two searches.')
param everyMinutes int

// Below this many requests a share says nothing: one failure of three is no outage.
var minimumRequests = 50
var errorSharePercent = 5
var refusedTokens = 10
var p95Milliseconds = 2000 // Entra ID waits far longer, but its cycles slow down
// Readers are seconds behind, a minute after a pause. A reader that stands still for ten is broken: leavers keep their access.
var feedAgeSeconds = 600
// Sampled rows stand for itemCount requests. Only HTTP has a Url; runs of the timer are left out.
var requests = 'AppRequests | where isnotempty(Url)'
// A line a minute tells the age of a tenant's oldest change that was not read. Without the timer there is no such line, so its
// absence counts as well. It also tells that telemetry stopped, on which the other searches depend.
var lateFeeds = 'AppTraces | where Message has "feed-age" | extend line = parse_json(Message) | where tostring(line.operation) == "feed-age" and todouble(line.seconds) > ${feedAgeSeconds} | project reason = strcat("late: ", line.tenant)'
var silentTimer = 'AppRequests | where Name == "follow-timer" and Success | summarize runs = count() | where runs == 0 | project reason = "follow-timer has not succeeded"'
// Of the addresses that a customer's directory and the vendor's product use. People who sign in to the console have other ones.
var refusals = '${requests} | where ResultCode == "401" | extend tenant = tolower(extract(@"/(?:scim|api/product/tenants)/([^/?]+)", 1, Url)) | where isnotempty(tenant)'
var searches = [
  {
    name: 'errors'
    description: 'More than ${errorSharePercent} % of at least ${minimumRequests} requests in 15 minutes were answered with 5xx. 501 is no failure: it tells what this service does not have.'
    severity: 1
    query: '${requests} | summarize total = sum(ItemCount), failed = sumif(ItemCount, toint(ResultCode) >= 500 and ResultCode != "501") | where total >= ${minimumRequests} and failed * 100 > total * ${errorSharePercent}'
  }
  {
    name: 'slow'
    description: 'One in twenty of at least ${minimumRequests} requests in 15 minutes took longer than ${p95Milliseconds} ms.'
    severity: 2
    query: '${requests} | summarize total = sum(ItemCount), p95 = percentilew(DurationMs, ItemCount, 95) | where total >= ${minimumRequests} and p95 > ${p95Milliseconds}'
  }
  {
    name: 'feed'
    description: 'A change waited more than ${feedAgeSeconds} s for its readers, or the timer that wakes them had no success in 15 minutes.'
    severity: 1
    query: 'union (${lateFeeds}), (${silentTimer})'
  }
  {
    name: 'tokens'
    description: 'At least ${refusedTokens} requests to one tenant in 15 minutes had no token that opens it: it expired, was revoked, or somebody guesses.'
    severity: 2
    query: '${refusals} | summarize refused = sum(ItemCount) by tenant | where refused >= ${refusedTokens}'
  }
]
// Refusals seen by Azure itself, so that they show also when telemetry does not arrive.
var metrics = [
  {
    name: 'throttled'
    description: 'Storage throttled more than 50 requests in 5 minutes. The service answers 503 and Entra ID repeats.'
    severity: 2
    target: storageAccountId
    namespace: 'Microsoft.Storage/storageAccounts'
    metric: 'Transactions'
    aggregation: 'Total'
    dimension: 'ResponseType'
    values: ['ClientThrottlingError', 'ClientAccountRequestThrottlingError', 'ServerBusyError', 'ServerTimeoutError']
    threshold: 50
  }
  {
    name: 'vault'
    description: 'The vault refused or failed more than 5 requests in 5 minutes: a missing role (403), throttling (429) or an outage.'
    severity: 1
    target: vaultId
    namespace: 'Microsoft.KeyVault/vaults'
    metric: 'ServiceApiResult'
    aggregation: 'Count'
    dimension: 'StatusCode' // not 401, which opens every client's first request, nor 404, a tenant without a token
    values: ['403', '429', '500', '502', '503', '504']
    threshold: 5
  }
]

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(email)) {
  name: 'ag-${baseName}'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'rollcall'
    emailReceivers: [{ name: 'operator', emailAddress: email, useCommonAlertSchema: true }]
  }
}

var groups = concat(empty(email) ? [] : [people.id], empty(actionGroupId) ? [] : [actionGroupId])

resource searchAlerts 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [
  for search in searches: {
    name: 'alert-${search.name}-${baseName}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: 'Rollcall ${baseName}: ${search.name}'
      description: search.description
      severity: search.severity
      enabled: true
      autoMitigate: true
      scopes: [workspaceId]
      evaluationFrequency: 'PT${everyMinutes}M'
      windowSize: 'PT15M'
      skipQueryValidation: true // a new workspace has no table of requests yet
      criteria: {
        allOf: [{ query: search.query, timeAggregation: 'Count', operator: 'GreaterThan', threshold: 0 }]
      }
      actions: { actionGroups: groups }
    }
  }
]

resource metricAlerts 'Microsoft.Insights/metricAlerts@2026-01-01' = [
  for metric in metrics: {
    name: 'alert-${metric.name}-${baseName}'
    location: 'global'
    tags: tags
    properties: {
      description: metric.description
      severity: metric.severity
      enabled: true
      autoMitigate: true
      scopes: [metric.target]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT5M'
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: metric.name
            metricNamespace: metric.namespace
            metricName: metric.metric
            dimensions: [{ name: metric.dimension, operator: 'Include', values: metric.values }]
            timeAggregation: metric.aggregation
            operator: 'GreaterThan'
            threshold: metric.threshold
          }
        ]
      }
      actions: [for group in groups: { actionGroupId: group }]
    }
  }
]
