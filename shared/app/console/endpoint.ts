import { join } from 'node:path'
import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions'
import { describeError, type ErrorFacts } from '../../http/error-reply'
import { pathParts } from '../../http/exchange'
import { SECURITY_HEADERS } from '../../http/guard/security-headers'
import { readConsole, type ConsoleFiles } from './files'

/** How operators sign in; undefined where only setup links open the console. */
export interface ConsoleSignIn {
  readonly issuer: string
  readonly clientId: string
}

/** Beside this bundle, which is dist/functions/index.js. */
const FOLDER = join(__dirname, '..', 'console')

/**
 * Serves the console: its assets, and its one page for every other path below /console, which the page itself reads; / leads there. It
 * holds no data: those come from the management API, with the sign-in of whoever looks.
 */
export function consoleEndpoint(
  signIn: () => ConsoleSignIn | undefined,
  read: () => ConsoleFiles = () => readConsole(FOLDER),
): (request: HttpRequest, context: InvocationContext) => Promise<HttpResponseInit> {
  let files: ConsoleFiles | undefined
  return (request, context) => {
    const [top, first = '', name = ''] = pathParts(new URL(request.url))
    const answer = answered(request.method, () => {
      if (top === undefined) return bare(302, { Location: '/console' })
      files ??= read()
      return first === 'assets' ? asset(files, name, request.headers) : page(files, signIn())
    })
    const told = { operation: context.functionName, method: request.method }
    const line = JSON.stringify({ ...told, ...answer.failure, status: answer.status })
    if (answer.failure === undefined) context.log(line)
    else context.error(line)
    return Promise.resolve(request.method === 'HEAD' ? withoutBody(answer.init) : answer.init)
  }
}

interface Answered {
  readonly status: number | undefined
  readonly init: HttpResponseInit
  readonly failure?: ErrorFacts
}

/** A console that was not built, or a wrong setting, is for the operator's log. */
function answered(method: string, make: () => HttpResponseInit): Answered {
  if (method !== 'GET' && method !== 'HEAD') return of(bare(405, { Allow: 'GET, HEAD' }))
  try {
    return of(make())
  } catch (error) {
    return { ...of(bare(500)), failure: describeError(error) }
  }
}

const of = (init: HttpResponseInit): Answered => ({ status: init.status, init })

/** For every answer: nothing of it belongs into a frame, and nobody learns from where a link was followed. */
const HEADERS = {
  ...SECURITY_HEADERS,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
}

function bare(status: number, headers: Record<string, string> = {}): HttpResponseInit {
  return { status, headers: { ...HEADERS, 'Cache-Control': 'no-store', ...headers } }
}

const withoutBody = ({ status = 200, headers = {} }: HttpResponseInit): HttpResponseInit => ({ status, headers })

/** `br`, unless its weight is nought, which refuses it (RFC 9110 section 12.5.3). */
const BROTLI = /(?:^|[\s,])br(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))(?:\s*[;,]|\s*$)/i

/** A year, since another content has another name. */
function asset({ assets }: ConsoleFiles, name: string, headers: HttpRequest['headers']): HttpResponseInit {
  const file = assets.get(name)
  if (file === undefined) return bare(404)
  const takesBrotli = BROTLI.test(headers.get('accept-encoding') ?? '')
  return {
    status: 200,
    headers: {
      ...HEADERS,
      'Content-Type': file.mediaType,
      'Cache-Control': 'public, max-age=31536000, immutable',
      Vary: 'Accept-Encoding',
      ...(takesBrotli && { 'Content-Encoding': 'br' }),
    },
    body: takesBrotli ? file.brotli : file.bytes,
  }
}

function page({ page: text }: ConsoleFiles, signIn: ConsoleSignIn | undefined): HttpResponseInit {
  return {
    status: 200,
    headers: {
      ...HEADERS,
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-store',
      'Content-Security-Policy': policy(signIn),
      'X-Frame-Options': 'DENY',
      'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
    },
    body: text.replace('%SIGN_IN%', () =>
      escaped(signIn === undefined ? '' : JSON.stringify({ issuer: signIn.issuer, clientId: signIn.clientId })),
    ),
  }
}

/** Everything comes from here; a logo is a data: URL. To whom an operator's sign-in belongs, the page asks as well. */
function policy(signIn: ConsoleSignIn | undefined): string {
  const issuer = signIn === undefined ? '' : ` ${new URL(signIn.issuer).origin}`
  const own = "script-src 'self'; style-src 'self'; img-src 'self' data:"
  const none = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
  return `${none}; ${own}; connect-src 'self'${issuer}; require-trusted-types-for 'script'; trusted-types 'none'`
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
