import type { Send } from '../../shared/webhooks/send'
import type { Wire } from './directory-client'
import { startInstance, type Answer, type Instance, type Moment, type Surroundings } from './instance'
import type { Evaluate } from './sandbox'
import { newOwner, type Owner, type Scheduler } from './scheduler'
import type { Account } from './store/account'
import type { Call } from './store/faults'
import { troubleAtRandom } from './trouble'

const INSTANCES = 2
const TOKEN = 'the-token-of-this-world'
const MINUTE_MS = 60_000
/** Of storage calls, at each of their three moments. */
const KILLED_SHARE = 1 / 400
const FROZEN_SHARE = 1 / 1500
const MAX_FREEZE_MS = 90_000
const ANSWERS_LOST_SHARE = 0.03

/** Shares of storage requests, while faults last. */
const FAULT_RATES = {
  busy: 0.02,
  'timed-out': 0.005,
  'request-lost': 0.01,
  'answer-lost': 0.015,
  silent: 0.002,
  'cut-page': 0.1,
  moved: 0.005,
}

/** The instances of the service, which die and come again while faults last. */
export interface Fleet {
  readonly wire: (object: (what: string) => void) => Wire
  readonly storm: () => void
  readonly calm: () => void
  readonly isCalm: () => boolean
  /** The timer's round at one of them, a minute after the last one. */
  readonly round: () => Promise<void>
  readonly kills: ReadonlyMap<string, number>
  readonly calls: ReadonlyMap<string, number>
}

interface Parts {
  readonly scheduler: Scheduler
  readonly account: Account
  readonly service: Evaluate
  readonly told: (line: string) => void
  readonly send: (owner: Owner) => Send
  readonly slug: string
}

const counted = (counts: Map<string, number>, what: string) => counts.set(what, (counts.get(what) ?? 0) + 1)

/** A call by its operation and the kind of row it begins with, such as `commit u` or `get l!roles`. */
function kindOf({ operation, table, key }: Call): string {
  const [first = '', second = ''] = key.split('!')
  const kind = /^[lx]$/.test(first) && second.length <= 9 ? `${first}!${second}` : first
  return table === 'tenants' ? `${operation} tenants` : `${operation} ${kind}`.trim()
}

export function newFleet({ scheduler, account, service, told, send, slug }: Parts): Fleet {
  const { random } = scheduler
  const outside = newOwner('outside')
  const kills = new Map<string, number>()
  const calls = new Map<string, number>()
  const broken = new Map<Owner, Set<() => void>>()
  const instances: Instance[] = []
  const faults = troubleAtRandom(random, FAULT_RATES)
  let isCalm = true
  let started = 0

  const surroundings: Surroundings = {
    scheduler,
    service,
    account,
    trouble: (call) => {
      const fault = isCalm ? undefined : faults(call)
      told(`${call.operation} ${call.key}${call.repeat > 0 ? ` again ${call.repeat}` : ''}${fault ? ` ${fault.kind}` : ''}`)
      return fault
    },
    strike,
    latencyMs: () => 1 + 4 * random() + (random() < 0.02 ? 400 * random() : 0),
    settings: {
      TABLES_CONNECTION_STRING: 'UseDevelopmentStorage=true',
      LOCAL_TENANT_TOKENS: JSON.stringify({ [slug]: TOKEN }),
      WEBHOOK_ALLOW_LOCAL: 'true',
    },
    send,
    told: (owner, line) => {
      told(`${owner.name} ${line}`)
    },
  }

  function start(): void {
    instances.push(startInstance(surroundings, `instance-${(started += 1)}`))
  }
  for (let n = 0; n < INSTANCES; n += 1) start()

  function strike(owner: Owner, call: Call, moment: Moment): void {
    if (owner.isDead) return
    const point = `${kindOf(call)} ${moment}`
    counted(calls, point)
    if (isCalm) return
    if (random() < FROZEN_SHARE) {
      owner.frozenUntilMs = scheduler.nowMs() + MAX_FREEZE_MS * random()
      told(`${owner.name} FREEZES`)
    }
    if (random() >= KILLED_SHARE) return
    owner.isDead = true
    counted(kills, point)
    told(`${owner.name} DIES ${point} ${call.key}`)
    instances.splice(0, instances.length, ...instances.filter((one) => one.owner !== owner))
    for (const tell of broken.get(owner) ?? []) scheduler.after(outside, 10, tell)
    scheduler.after(outside, 3000 * random(), start)
  }

  const chosen = async (): Promise<Instance> => {
    for (;;) {
      const instance = instances[Math.floor(random() * instances.length)]
      if (instance !== undefined) return instance
      await scheduler.wait(outside, 500)
    }
  }

  /** Of an instance that dies meanwhile the connection breaks. */
  function orBroken<T>({ owner }: Instance, work: () => Promise<T>): Promise<T | 'lost'> {
    return new Promise((resolve, reject) => {
      const tell = () => {
        resolve('lost')
      }
      const open = broken.get(owner) ?? new Set()
      broken.set(owner, open.add(tell))
      work()
        .finally(() => open.delete(tell))
        .then(resolve, reject)
    })
  }

  async function ask(method: string, path: string, body?: object): Promise<Answer | 'lost'> {
    const instance = await chosen()
    await scheduler.wait(outside, 1 + 20 * random())
    if (instance.owner.isDead) return 'lost'
    told(`> ${instance.owner.name} ${method} ${path} ${JSON.stringify(body ?? {})}`)
    const answer = await orBroken(instance, () => instance.ask({ method, path: `/scim/${slug}${path}`, token: TOKEN, body }))
    const reaches = isCalm || random() >= ANSWERS_LOST_SHARE
    told(`< ${instance.owner.name} ${method} ${path} ${answer === 'lost' ? 'lost' : answer.status}${reaches ? '' : ' lost'}`)
    return reaches ? answer : 'lost'
  }

  async function round(): Promise<void> {
    await scheduler.wait(outside, MINUTE_MS)
    const instance = await chosen()
    told(`timer at ${instance.owner.name}`)
    await orBroken(instance, () => instance.followAll()).catch((error: unknown) => {
      told(`timer failed: ${String(error)}`)
    })
  }

  /** The host's timer, as long as faults last; it comes by at one instance a minute. */
  async function rounds(): Promise<void> {
    while (!isCalm) await Promise.race([round(), scheduler.wait(outside, 5 * MINUTE_MS)])
  }

  return {
    wire: (object) => ({
      random,
      object,
      rest: () => scheduler.wait(outside, 1000 + 4000 * random()),
      ask: async (...request) => {
        const answer = await ask(...request)
        if (answer !== 'lost' && answer.status === 500) object(`${request[0]} ${request[1]} was answered 500`)
        return answer
      },
    }),
    storm: () => {
      isCalm = false
      void rounds()
    },
    calm: () => {
      isCalm = true
    },
    isCalm: () => isCalm,
    round,
    kills,
    calls,
  }
}
