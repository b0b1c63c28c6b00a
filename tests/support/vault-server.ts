import { randomBytes } from 'node:crypto'
import { createServer } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TokenCredential } from '@azure/identity'
import type { VaultOptions } from '../../shared/credentials/vault/vault-client'
import { selfSignedCertificate } from './self-signed-certificate'

export interface SecretAttributes {
  readonly enabled?: boolean
  /** Times in milliseconds since the epoch; Key Vault keeps whole seconds. */
  readonly notBefore?: number
  readonly expiresAt?: number
  /** A second after the version set before, unless given. */
  readonly createdAt?: number
  readonly tags?: Readonly<Record<string, string>>
}

/** A request the server answered, or keeps waiting (status 0). */
export interface VaultRequest {
  readonly method: string
  readonly path: string
  readonly status: number
}

export interface FailureOptions {
  readonly headers?: Record<string, string>
  readonly only?: string
  readonly body?: string
}

export interface VaultServer {
  readonly url: string
  /** The certificate to trust, PEM. */
  readonly ca: string
  /** Gives the access token that the server takes, for the scope that its challenge names. */
  readonly credential: TokenCredential
  /** What vaultTokens needs to reach this server. */
  readonly options: VaultOptions
  /** Adds a version to a secret and answers its id. */
  set(name: string, value: string, attributes?: SecretAttributes): string
  /** Disables a version: still listed, its value refused with 403. */
  disable(name: string, version: string): void
  /** What a reader of the secret sees, the oldest version first. */
  valuesOf(name: string): string[]
  /** Deletes a secret with all its versions. */
  delete(name: string): void
  /** Answers the next n requests that carry the access token, and whose path holds `only`, with this status (and body). */
  failNext(status: number, n: number, how?: FailureOptions): void
  /** While on, requests whose target holds this text get no answer at all; true is every request, false none. */
  hang(on: boolean | string): void
  /** Whether hang is on for any request. */
  hangs(): boolean
  readonly requests: readonly VaultRequest[]
  /** How many requests wait for an answer while their client still holds the connection. */
  waiting(): number
  close(): Promise<void>
}

interface Version {
  readonly id: string
  readonly value: string
  readonly tags: Readonly<Record<string, string>> | undefined
  attributes: { enabled: boolean; created: number; updated: number; nbf?: number; exp?: number }
}

interface Answer {
  readonly status: number
  readonly body: unknown
  readonly headers?: Record<string, string>
}

interface Failure {
  readonly answer: Answer
  readonly only: string
  left: number
}

const ACCESS_TOKEN = 'access-token-for-the-vault'
const RESOURCE = 'https://vault.azure.net'
const CHALLENGE = `Bearer authorization="https://login.microsoftonline.com/00000000-0000-4000-8000-000000000000", resource="${RESOURCE}"`

const refusal = (status: number, code: string, inner?: string): Answer => ({
  status,
  body: { error: { code, message: `Refused: ${code}.`, ...(inner !== undefined && { innererror: { code: inner } }) } },
})
const NOT_FOUND = refusal(404, 'SecretNotFound')
const FAILURES: Readonly<Record<number, Answer>> = {
  403: refusal(403, 'Forbidden', 'ForbiddenByRbac'),
  404: NOT_FOUND,
  429: refusal(429, 'Throttled'),
}

/**
 * A Key Vault in memory, as far as SecretClient reads, adds and disables secrets: challenge, versions in pages of `pageSize`
 * (25, as the real one), values, refusals. Listens on 127.0.0.1 with a certificate of its own.
 */
export async function startVaultServer({ pageSize = 25 } = {}): Promise<VaultServer> {
  const { key, cert } = selfSignedCertificate()
  const secrets = new Map<string, Version[]>()
  const requests: VaultRequest[] = []
  const failures: Failure[] = []
  const waiting = new Set<ServerResponse>()
  let hanging: boolean | string = false
  let clock = Math.floor(Date.now() / 1000) - 1_000_000

  function answerOf(request: IncomingMessage, target: URL, body: string): Answer {
    const { authorization } = request.headers
    if (authorization === undefined) return { ...refusal(401, 'Unauthorized'), headers: { 'WWW-Authenticate': CHALLENGE } }
    if (authorization !== `Bearer ${ACCESS_TOKEN}`) return refusal(401, 'Unauthorized')
    const failure = failures.find(({ left, only }) => left > 0 && target.pathname.includes(only))
    if (failure !== undefined) {
      failure.left -= 1
      return failure.answer
    }
    if (!target.searchParams.has('api-version')) return refusal(400, 'BadParameter')
    return contentOf(request.method, target, body)
  }

  function contentOf(method: string | undefined, target: URL, body: string): Answer {
    const [, collection, name = '', version = ''] = target.pathname.split('/')
    if (collection !== 'secrets') return NOT_FOUND
    if (method === 'PUT' && version === '') return added(name, body)
    const versions = secrets.get(name)
    if (versions === undefined) return NOT_FOUND
    if (method === 'PATCH') return changed(name, version, body)
    return version === 'versions' ? listVersions(target, name, versions) : value(name, version, versions)
  }

  function added(name: string, body: string): Answer {
    const sent = JSON.parse(body) as { value: string; attributes?: { exp?: number }; tags?: Record<string, string> }
    const { value: text, attributes: { exp } = {}, tags } = sent
    if (!/^[0-9A-Za-z-]{1,127}$/.test(name)) return refusal(400, 'BadParameter')
    const id = add(name, text, { ...(exp !== undefined && { expiresAt: exp * 1000 }), ...(tags !== undefined && { tags }) })
    return value(name, id, secrets.get(name) ?? [])
  }

  function changed(name: string, id: string, body: string): Answer {
    const version = secrets.get(name)?.find((candidate) => candidate.id === id)
    if (version === undefined) return NOT_FOUND
    const { attributes = {} } = JSON.parse(body) as { attributes?: Partial<Version['attributes']> }
    version.attributes = { ...version.attributes, ...attributes }
    return { status: 200, body: { id: `${url}/secrets/${name}/${id}`, attributes: version.attributes, tags: version.tags } }
  }

  function add(name: string, value: string, given: SecretAttributes = {}): string {
    const { enabled = true, notBefore, expiresAt, createdAt, tags } = given
    const created = createdAt === undefined ? (clock += 1) : Math.floor(createdAt / 1000)
    const attributes = {
      enabled,
      created,
      updated: created,
      ...(notBefore !== undefined && { nbf: Math.floor(notBefore / 1000) }),
      ...(expiresAt !== undefined && { exp: Math.floor(expiresAt / 1000) }),
    }
    const id = randomBytes(16).toString('hex')
    secrets.set(name, [...(secrets.get(name) ?? []), { id, value, tags, attributes }])
    return id
  }

  function listVersions(target: URL, name: string, versions: readonly Version[]): Answer {
    const start = Number(target.searchParams.get('$skiptoken') ?? 0)
    // In the order of their random ids, which is no order, as the real one lists them.
    const page = versions.toSorted((a, b) => (a.id < b.id ? -1 : 1)).slice(start, start + pageSize)
    const next = new URL(target)
    next.searchParams.set('$skiptoken', String(start + pageSize))
    return {
      status: 200,
      body: {
        value: page.map(({ id, attributes, tags }) => ({ id: `${target.origin}/secrets/${name}/${id}`, attributes, tags })),
        nextLink: start + pageSize < versions.length ? next.href : null,
      },
    }
  }

  function value(name: string, id: string, versions: readonly Version[]): Answer {
    const version = id === '' ? versions.at(-1) : versions.find((candidate) => candidate.id === id)
    if (version === undefined) return NOT_FOUND
    if (!version.attributes.enabled) return refusal(403, 'Forbidden', 'SecretDisabled')
    return {
      status: 200,
      body: {
        id: `${url}/secrets/${name}/${version.id}`,
        value: version.value,
        attributes: version.attributes,
        tags: version.tags,
      },
    }
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    const target = new URL(request.url ?? '/', url)
    const hangs = hanging === true || (typeof hanging === 'string' && target.href.includes(hanging))
    const answer = hangs ? undefined : answerOf(request, target, Buffer.concat(chunks).toString())
    requests.push({ method: request.method ?? '', path: target.pathname, status: answer?.status ?? 0 })
    if (answer === undefined) {
      waiting.add(response)
      response.on('close', () => waiting.delete(response))
      return
    }
    response.writeHead(answer.status, { 'Content-Type': 'application/json; charset=utf-8', ...answer.headers })
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body))
  }

  const server = createServer({ key, cert }, (request, response) => {
    serve(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`

  const credential: TokenCredential = {
    getToken(scopes) {
      const scope = typeof scopes === 'string' ? scopes : scopes.join(' ')
      if (scope !== `${RESOURCE}/.default`) throw new Error(`No access token for ${scope}.`)
      return Promise.resolve({ token: ACCESS_TOKEN, expiresOnTimestamp: Date.now() + 3_600_000 })
    },
  }

  return {
    url,
    ca: cert,
    credential,
    options: {
      vaultUrl: url,
      credential,
      client: {
        tlsOptions: { ca: cert },
        disableChallengeResourceVerification: true, // 127.0.0.1 is no subdomain of vault.azure.net
        retryOptions: { maxRetries: 2, retryDelayInMs: 1, maxRetryDelayInMs: 1 },
      },
    },
    set: add,
    disable(name, version) {
      for (const candidate of secrets.get(name) ?? []) if (candidate.id === version) candidate.attributes.enabled = false
    },
    valuesOf: (name) => (secrets.get(name) ?? []).map((version) => version.value),
    delete(name) {
      secrets.delete(name)
    },
    failNext(status, n, { headers = {}, only = '', body } = {}) {
      const usual = FAILURES[status] ?? refusal(status, 'InternalError')
      failures.push({ answer: { status, body: body ?? usual.body, headers }, only, left: n })
    },
    hang(on) {
      hanging = on
    },
    hangs: () => hanging !== false,
    requests,
    waiting: () => waiting.size,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
