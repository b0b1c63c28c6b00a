import { BlockList, isIP } from 'node:net'
import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions'
import ipaddr from 'ipaddr.js'
import { SECURITY_HEADERS } from './security-headers'

type Handler = (request: HttpRequest, context: InvocationContext) => Promise<HttpResponseInit>

/** Says of an address whether it lies in one of the ranges. @throws Error for a range that is none */
export function addressesIn(ranges: readonly string[]): (address: string) => boolean {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', bits = ''] = range.split('/')
    list.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4')
  }
  return (address) => {
    const family = isIP(address)
    return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4')
  }
}

/**
 * The address that the front end of App Service saw, with its port taken off: it stands last in X-Forwarded-For, behind whatever the
 * client wrote there itself. Undefined where no front end stands before the app.
 */
export function clientAddress(headers: { get(name: string): string | null }): string | undefined {
  const last = headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() ?? ''
  const [, inBrackets, withPort] = /^(?:\[([^\]]+)\](?::\d+)?|([\d.]+):\d+)$/.exec(last) ?? []
  const address = inBrackets ?? withPort ?? last
  return isIP(address) === 0 ? undefined : address
}

/**
 * Whom a limit by address counts as one: an IPv4 address, also where it comes mapped into IPv6, and of IPv6 the /64, since every host
 * has as many addresses as it likes in its own (RFC 4291 section 2.5.1). Text that is no address stays as it is.
 */
export function limitedTogether(address: string): string {
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  return parsed instanceof ipaddr.IPv6
    ? `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/64`).toString()}/64`
    : parsed.toString()
}

/**
 * Lets through only who sends from one of the ranges; everybody when there is none. Who sends from an address that nobody knows is
 * refused. App Service has no list for a path, so the app looks itself.
 */
export function fromAddresses(ranges: () => readonly string[], handler: Handler): Handler {
  let isAllowed: ((address: string | undefined) => boolean) | undefined
  return (request, context) => {
    isAllowed ??= guardOf(ranges())
    if (isAllowed(clientAddress(request.headers))) return handler(request, context)
    context.log(JSON.stringify({ operation: context.functionName, method: request.method, status: 403, refused: 'address' }))
    return Promise.resolve(refused(clientAddress(request.headers)))
  }
}

function guardOf(ranges: readonly string[]): (address: string | undefined) => boolean {
  if (ranges.length === 0) return () => true
  const isIn = addressesIn(ranges)
  return (address) => address !== undefined && isIn(address)
}

const refused = (address: string | undefined): HttpResponseInit => ({
  status: 403,
  headers: { ...SECURITY_HEADERS, 'Cache-Control': 'no-store', 'Content-Type': 'application/problem+json' },
  body: JSON.stringify({
    type: 'urn:rollcall:problem:read-only',
    title: 'You may not do this',
    status: 403,
    detail: `This service is not managed from your address, which came as ${address ?? 'none that can be read'}. Whoever operates it can add it to managementAllowedAddresses.`,
  }),
})
