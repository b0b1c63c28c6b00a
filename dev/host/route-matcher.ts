import type { HttpRoute } from '../../functions/route'

export interface Match {
  readonly route: HttpRoute
  readonly params: Readonly<Record<string, string>>
}

type Part =
  { readonly kind: 'literal'; readonly text: string } | { readonly kind: 'required' | 'optional' | 'rest'; readonly name: string }

/** A template segment: text, or one parameter such as {tenant}, {id?} or {*rest}. */
function partOf(text: string): Part {
  const [, star, name, optional] = /^\{(\*?)(\w+)(\??)\}$/.exec(text) ?? []
  if (name === undefined) return { kind: 'literal', text: text.toLowerCase() }
  if (star === '*') return { kind: 'rest', name }
  return { kind: optional === '?' ? 'optional' : 'required', name }
}

/** As the server under the Functions host does it: percent escapes are decoded, except an encoded slash. */
function decodedSegment(segment: string): string {
  try {
    return segment
      .split(/(%2f)/i)
      .map((part, index) => (index % 2 === 1 ? part : decodeURIComponent(part)))
      .join('')
  } catch {
    return segment
  }
}

/** Segments of a path; one final slash does not count. */
function segmentsOf(path: string): string[] {
  const bare = path.replace(/^\//, '').replace(/\/$/, '')
  return bare === '' ? [] : bare.split('/').map(decodedSegment)
}

/** Whether one segment of the path (undefined when there is none) fits; an empty one, from two slashes, fits no parameter. */
function fits(part: Exclude<Part, { kind: 'rest' }>, segment: string | undefined): boolean {
  if (part.kind === 'literal') return segment?.toLowerCase() === part.text
  return segment === undefined ? part.kind === 'optional' : segment !== ''
}

/** The parameters when the path fits the template, by the rules of ASP.NET routing; undefined when it does not. */
export const matchTemplate = (template: string, path: string) => matchParts(partsOf(template), segmentsOf(path))

const partsOf = (template: string) => (template === '/' ? [] : template.split('/').map(partOf))

function matchParts(parts: readonly Part[], segments: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {}
  for (const [index, part] of parts.entries()) {
    if (part.kind === 'rest' && segments[index] === '') return undefined // two slashes where it begins
    if (part.kind === 'rest') return { ...params, [part.name]: segments.slice(index).join('/') }
    const segment = segments[index]
    if (!fits(part, segment)) return undefined
    if (part.kind !== 'literal' && segment !== undefined) params[part.name] = segment
  }
  return segments.length > parts.length ? undefined : params
}

/** A route with its template taken apart: that is done once, not for each request. */
export interface ReadRoute extends HttpRoute {
  readonly parts: readonly Part[]
}

/** In the order in which the host tries them: by function name, by code unit, without case. */
export function inHostOrder(routes: readonly HttpRoute[]): ReadRoute[] {
  return routes
    .toSorted((a, b) => (a.name.toUpperCase() < b.name.toUpperCase() ? -1 : 1))
    .map((route) => ({ ...route, parts: partsOf(route.route) }))
}

/** The first route, in the order given, that has both the path and the method; undefined is the host's 404. */
export function matchRoute(routes: readonly ReadRoute[], method: string, path: string): Match | undefined {
  const segments = segmentsOf(path)
  for (const route of routes) {
    const params = route.methods.some((one) => one === method) ? matchParts(route.parts, segments) : undefined
    if (params !== undefined) return { route, params }
  }
  return undefined
}
