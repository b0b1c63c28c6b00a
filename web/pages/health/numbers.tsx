import type { ComponentChildren } from 'preact'
import { Card, Facts } from '../../ui/layout'
import { Time } from '../../ui/time'
import type { HealthFacts } from './health-state'

/** When what came last, and how the last hour went. */
export function Numbers({ health }: { readonly health: HealthFacts }) {
  const { lastRequest, lastProbe, lastGood, lastDenied, cycleBegan, nextExpected, tokenEnds, lastHour } = health
  const { requests, operations, failures, failureShare } = lastHour
  const denied: [string, ComponentChildren][] = lastDenied === undefined ? [] : [['Last refused at the door', timeOr(lastDenied)]]
  return (
    <>
      <Card
        title="Requests from Entra ID"
        lead="Entra ID comes every 20 to 40 minutes, and sends a probe even when nothing has changed."
      >
        <Facts
          of={[
            ['Last request', timeOr(lastRequest)],
            ['Last probe (Test Connection)', timeOr(lastProbe)],
            ['Last request that succeeded', timeOr(lastGood)],
            ['Last cycle began', timeOr(cycleBegan)],
            ['Next cycle expected by', timeOr(nextExpected, 'Nobody knows')],
            ['Token ends', timeOr(tokenEnds, 'No end known')],
            ...denied,
          ]}
        />
      </Card>
      <Card title="Last hour" lead="Operations are writes, and reads that failed.">
        <Facts
          of={[
            ['Requests', requests.toLocaleString()],
            ['Operations', operations.toLocaleString()],
            ['Failures', failures.toLocaleString()],
            ['Share of failures', operations === 0 ? 'No operations' : `${Math.round(failureShare * 100)} % of operations`],
          ]}
        />
      </Card>
    </>
  )
}

const timeOr = (at: string | undefined, otherwise = 'None yet') => (at === undefined ? otherwise : <Time at={at} />)
