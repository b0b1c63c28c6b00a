import { lookup, type LookupAddress } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'

/** Azure's virtual host agent: a public address that answers inside every virtual network. */
const AZURE_HOST_AGENT = '168.63.129.16'
/** All public IPv6 addresses that are in use; forms that carry an IPv4 address (mapped, compatible, NAT64) lie outside. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3')
const MAX_URL_LENGTH = 2000

/** The name leads to an address that webhooks may not reach. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused'
}

/** Whether an address belongs to the public internet: not private, loopback, link-local (metadata services), shared, reserved. */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text) || text === AZURE_HOST_AGENT) return false
  const address = ipaddr.parse(text)
  if (address.range() !== 'unicast') return false
  return !(address instanceof ipaddr.IPv6) || address.match(GLOBAL_UNICAST)
}

/** What is wrong with a receiver's URL, to put behind its name; undefined when nothing is. Names are not looked up here. */
export function wrongUrl(text: string, allowLocal: boolean): string | undefined {
  if (text.length > MAX_URL_LENGTH) return `must have at most ${MAX_URL_LENGTH} characters`
  if (!URL.canParse(text)) return 'must be a URL'
  const url = new URL(text)
  if (url.protocol !== 'https:' && !(allowLocal && url.protocol === 'http:')) return 'must begin with https://'
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or password: deliveries are signed instead'
  if (url.hash !== '') return 'must not have a fragment'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (!allowLocal && isIP(host) !== 0 && !isPublicAddress(host)) return 'must not lead to a private or reserved address'
  return undefined
}

/** Every address of a name. */
export type Resolve = (name: string) => Promise<readonly LookupAddress[]>

/**
 * A look-up for sockets that finds no address when any of the name's addresses is not public. The socket connects to what
 * it returns and asks nobody again, so a second answer of the DNS cannot lead elsewhere. A socket asks for names alone: an
 * address in the URL is wrongUrl's to refuse.
 */
export function publicLookup(resolve: Resolve = resolveAll): LookupFunction {
  return (name, { all, family }, callback) => {
    resolve(name).then(
      (addresses) => {
        const fitting = addresses.filter(
          (found) => family === undefined || family === 0 || String(family).endsWith(String(found.family)),
        )
        const [first] = fitting
        if (first === undefined || !addresses.every(({ address }) => isPublicAddress(address)))
          callback(new AddressRefused('The name leads to no public address.'), '', 0)
        else if (all === true) callback(null, fitting)
        else callback(null, first.address, first.family)
      },
      (error: unknown) => {
        callback(error as Error, '', 0)
      },
    )
  }
}

const resolveAll: Resolve = (name) =>
  new Promise((found, failed) => {
    lookup(name, { all: true, verbatim: true }, (error, addresses) => {
      if (error === null) found(addresses)
      else failed(error)
    })
  })
