import type { HttpRequest, InvocationContext } from '@azure/functions'
import type { Send } from '../../shared/webhooks/send'
import type * as Service from './service'
import type { Evaluate } from './sandbox'
import { scopeOf } from './sandbox'
import { newOwner, type Owner, type Scheduler } from './scheduler'
import type { Account } from './store/account'
import { newClient, type Link } from './store/client'
import type { Call, Trouble } from './store/faults'

/** What instances of the service share. */
export interface Surroundings {
  readonly scheduler: Scheduler
  readonly service: Evaluate
  readonly account: Account
  readonly trouble: Trouble
  /** Whether the instance dies or freezes at this moment of a storage call. */
  readonly strike: (owner: Owner, call: Call, moment: Moment) => void
  /** How long one way to the storage, and back, takes, in milliseconds. */
  readonly latencyMs: () => number
  readonly settings: Readonly<Record<string, string>>
  readonly send: (owner: Owner) => Send
  readonly told: (owner: Owner, line: string) => void
}

/** Before the request goes out, while it is on its way (it arrives all the same), or when its answer has come back. */
export type Moment = 'before' | 'during' | 'after'

export interface Request {
  readonly method: string
  readonly path: string
  readonly token: string
  readonly body?: object | undefined
}

export interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

export interface Instance {
  readonly owner: Owner
  readonly ask: (request: Request) => Promise<Answer>
  /** The timer's round. */
  readonly followAll: () => Promise<void>
}

export function startInstance(surroundings: Surroundings, name: string): Instance {
  const { scheduler, settings } = surroundings
  const owner = newOwner(name)
  const told = (line: string) => {
    surroundings.told(owner, line)
  }
  const service = surroundings.service(scopeOf(scheduler, owner, told)) as typeof Service
  const { account, trouble } = surroundings
  const link = linkOf(surroundings, owner)
  const services = service.createServices(service.readConfig(settings), {
    tables: service.tablesOver((table) => newClient({ account, link, trouble }, table)),
    send: surroundings.send(owner),
  })
  const handlers = { Users: handlerOf('User'), Groups: handlerOf('Group') }

  function handlerOf(type: 'User' | 'Group') {
    return service.endpoint(() => services.edge, service.resourceHandler(type))
  }

  return {
    owner,
    followAll: () => services.followAll(),
    ask: async (request) => {
      const handler = request.path.includes('/Groups') ? handlers.Groups : handlers.Users
      const context = { functionName: 'scim', log: told, error: told } as unknown as InvocationContext
      const { status = 0, body } = await handler(httpRequest(request), context)
      return { status, body: typeof body === 'string' ? (JSON.parse(body) as Answer['body']) : {} }
    },
  }
}

/** As the Functions host hands it over, without the streams of the real class, which wait in ways of their own. */
function httpRequest({ method, path, token, body }: Request): HttpRequest {
  const bytes = body && new TextEncoder().encode(JSON.stringify(body))
  const chunks = bytes === undefined ? [] : [bytes]
  return {
    method,
    url: `https://rollcall.example${path}`,
    headers: new Headers({ authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' }),
    body: bytes === undefined ? null : { getReader: () => ({ read: () => Promise.resolve({ value: chunks.shift() }) }) },
  } as unknown as HttpRequest
}

/** The network between the instance and the storage. What was sent arrives, whether the sender lives or not. */
function linkOf({ scheduler, strike, latencyMs }: Surroundings, owner: Owner): Link {
  const network = newOwner('network')
  const never = new Promise<never>(() => undefined)
  return {
    random: scheduler.random,
    wait: (ms) => scheduler.wait(owner, ms),
    travel: (call, leg) => {
      strike(owner, call, leg === 'request' ? 'before' : 'after')
      if (owner.isDead) return never
      if (leg === 'answer') return scheduler.wait(owner, latencyMs())
      const arrived = scheduler.wait(network, latencyMs())
      strike(owner, call, 'during')
      return arrived
    },
  }
}
