import { setTimeout as wait } from 'node:timers/promises'
import { randomUUID } from 'node:crypto'
import type { Answer, ScimRequest } from '../simulator/client'
import { attributesPatch } from '../simulator/patch-bodies'
import { equals } from '../simulator/resources'
import { Unmet } from './outcome'
import { at, create } from './run'
import type { Run } from './run'
import { newValues } from './values'

/** Microsoft's requirement, for each tenant. */
const REQUESTS_PER_SECOND = 25
/** Answers may trail by a tenth of the time and this: what falls behind further is not sustained. */
const MAY_TRAIL_SECONDS = 3

/** Whom the requests are about, in turn: a directory changes many people at a time, and each seldom. No multiple of the three kinds. */
const PEOPLE = 25

/** A match, a read and a change in turn, as a cycle mixes them. */
function requestFor(n: number, path: string): ScimRequest {
  if (n % 3 === 0) return { method: 'GET', path: '/Users', query: [['filter', equals('userName', randomUUID())]] }
  if (n % 3 === 1) return { method: 'GET', path }
  const changes = new Map([['displayName', `Change ${n}`]])
  return { method: 'PATCH', path, body: attributesPatch('legacy', changes, changes, 0) }
}

const isBad = (answer: Answer | undefined) => answer === undefined || answer.status >= 300

/**
 * Sends 25 requests a second, each at its time whether or not those before are answered.
 * @throws Unmet at a 429, at any other refusal, and when answers fall behind
 */
export async function mustSustain(run: Run): Promise<void> {
  const total = run.seconds * REQUESTS_PER_SECOND
  const paths: string[] = []
  for (let n = 0; n < Math.min(PEOPLE, total); n++) paths.push(at(await create(run, 'User', newValues(run, 'User', `rate-${n}`))))
  const start = performance.now()
  const sent = Array.from({ length: total }, async (_, n) => {
    await wait(Math.max(0, start + (n * 1000) / REQUESTS_PER_SECOND - performance.now()))
    return await run.client.sendOnce(requestFor(n, paths[n % PEOPLE] ?? ''))
  })
  const answers = await Promise.all(sent)
  const seconds = (performance.now() - start) / 1000
  const count = (of: (answer: Answer | undefined) => boolean) => answers.filter(of).length
  const throttled = count((answer) => answer?.status === 429)
  if (throttled > 0)
    throw new Unmet(
      `${throttled} of ${total} requests were answered 429 at ${REQUESTS_PER_SECOND} a second.`,
      `Allow each tenant at least ${REQUESTS_PER_SECOND} requests a second.`,
    )
  const bad = answers.find(isBad)
  if (count(isBad) > 0)
    throw new Unmet(
      `${count(isBad)} of ${total} requests failed at ${REQUESTS_PER_SECOND} a second, the first with ${bad?.status ?? 'no answer'}.`,
      'Mend what fails under this load.',
    )
  if (seconds > run.seconds * 1.1 + MAY_TRAIL_SECONDS)
    throw new Unmet(
      `${total} requests took ${seconds.toFixed(0)} seconds: ${(total / seconds).toFixed(1)} a second.`,
      `Answer at least ${REQUESTS_PER_SECOND} requests a second for each tenant.`,
    )
}
