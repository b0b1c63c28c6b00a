/** Versions are weak entity tags (RFC 7644 section 3.14, RFC 9110 section 8.8.3). */

interface Headers {
  get(name: string): string | null
}

/** What If-Match accepts: a version of the list, or any with `*`; undefined without the header. */
export function acceptsVersion(headers: Headers): ((version: string) => boolean) | undefined {
  const header = headers.get('if-match')
  if (header === null || header.trim() === '') return undefined
  return (version) => names(header, version)
}

/** Whether If-None-Match names the version, so that the client has it already. */
export function isNotModified(headers: Headers, version: string): boolean {
  const header = headers.get('if-none-match')
  return header !== null && names(header, version)
}

/** The weak comparison; clients drop the W/ or the quotes at times. */
function names(header: string, version: string): boolean {
  const wanted = opaque(version)
  return header.split(',').some((tag) => tag.trim() === '*' || opaque(tag.trim()) === wanted)
}

const opaque = (tag: string) => tag.replace(/^W\//i, '').replace(/^"(.*)"$/, '$1')
