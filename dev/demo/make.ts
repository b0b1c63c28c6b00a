import { startLocalOperators } from '../host/operators'
import { serve } from '../host/serve'
import type { StartOptions } from '../host/start-options'
import { movableClock } from '../clock'
import { demoTenants } from './customers'
import { sender } from './fill'
import { DAYS } from './fortnight'
import type { Stage } from './stage'
import { connect } from './tenant'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
/** What is sent here in a minute comes in a fortnight elsewhere. */
const LIMITS = { REQUESTS_PER_SECOND: '10000', REQUEST_BURST: '10000' }
/** A cycle with changes comes so long before the time of day at which the demo is made. */
const BEFORE_MS = 2 * HOUR_MS
/** Cycles after the last day with changes, without any. */
const LAST_CYCLES_MS = [20 * HOUR_MS, 12 * HOUR_MS, 4 * HOUR_MS]
const STORY_MS = 30 * MINUTE_MS

interface Around {
  /** Is told how far it is. */
  readonly progress: (how: string) => void
  /** Sets the clock by which the tables stamp their rows, in milliseconds since the epoch. */
  readonly setStorageClock: (ms: number) => Promise<void>
}

export interface DemoOrder {
  /** A bundle of functions/index.ts. */
  readonly bundle: string
  /** A connection string; the tables are empty. */
  readonly tables: string
  readonly options: StartOptions
}

/**
 * Fills empty tables with a vendor's world, through the service's own API. The service runs in this process, on a clock that begins a
 * fortnight ago and is set on from day to day. The process is good for nothing else afterwards.
 * @throws Error when the service refuses something
 */
export async function makeDemo({ bundle, tables, options }: DemoOrder, { progress, setStorageClock }: Around): Promise<void> {
  const clock = movableClock()
  const setClock = async (ms: number) => {
    clock.setTo(ms)
    await setStorageClock(ms)
  }
  const operators = await startLocalOperators()
  Object.assign(process.env, LIMITS, operators.settings)
  const serving = await serve(bundle, { ...options, port: 0 }, tables, (level, name, ...args) => {
    if (level === 'error') console.error(name, ...args)
  })
  const { origin } = new URL(serving.url)
  const operator = async () => sender(`${origin}/api/manage`, await (await fetch(operators.tokenUrl)).text())
  await live({ origin, operator, setClock }, options.tenant, progress)
  await serving.close()
  await serving.endServices()
  await setStorageClock(performance.timeOrigin + performance.now()) // which nobody has set
}

/** The fortnight, up to now. */
async function live(stage: Stage, slug: string, progress: Around['progress']): Promise<void> {
  const nowMs = Date.now()
  const beginMs = nowMs - (DAYS + 1) * DAY_MS
  await stage.setClock(beginMs)
  const wanted = demoTenants(slug)
  const total = wanted.reduce((sum, { customer, fortnight }) => sum + customer.people.length - fortnight.joiners, 0)
  let people = 0
  progress(`0 of ${total} people`)
  const tenants = await Promise.all(
    wanted.map((one) =>
      connect(stage, one, () => {
        people += 1
        if (people % 50 === 0) progress(`${people} of ${total} people`)
      }),
    ),
  )
  for (let day = 0; day < DAYS; day += 1) {
    progress(`day ${day + 2} of ${DAYS + 1}`)
    await stage.setClock(beginMs + (day + 1) * DAY_MS - BEFORE_MS)
    await Promise.all(tenants.map(({ cycle }) => cycle(day)))
  }
  for (const agoMs of LAST_CYCLES_MS) {
    await stage.setClock(nowMs - agoMs)
    await Promise.all(tenants.map(({ visit }) => visit()))
  }
  progress('today')
  await stage.setClock(nowMs - STORY_MS)
  const [large, ...others] = tenants
  await Promise.all([large?.tell(), ...others.map(({ visit }) => visit())])
}
