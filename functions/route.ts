import type { HttpHandler, HttpMethod, TimerHandler } from '@azure/functions'

/** What app.http() is given, as plain data, so that the local host can serve the same table. */
export interface HttpRoute {
  readonly name: string
  readonly route: string
  readonly methods: readonly HttpMethod[]
  readonly handler: HttpHandler
}

export interface TimerRoute {
  readonly name: string
  /** NCRONTAB: second, minute, hour, day, month, day of week. */
  readonly schedule: string
  readonly handler: TimerHandler
}

export interface Routes {
  readonly http: readonly HttpRoute[]
  readonly timers: readonly TimerRoute[]
}

/** All of them on every route: the host answers 404 for a method that is not registered, where SCIM wants 405 and Allow. */
export const allMethods: readonly HttpMethod[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']
