import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { ScimError } from '../scim/errors'

/** Where a list goes on, and of which list (RFC 9865). Unreserved characters only, signed with the tenant's key. */
interface Cursor {
  readonly after: string
  readonly expiresAtMs: number
}

const SIGNATURE_BYTES = 16

/** `list` names everything else that the request asked for: a cursor fits that request alone. */
export function writeCursor(key: string, list: string, cursor: Cursor): string {
  const text = `${cursor.after}.${cursor.expiresAtMs.toString(36)}`
  return `${text}.${sign(key, list, text).toString('base64url')}`
}

/** @throws ScimError invalidCursor when it was not made here for this list, expiredCursor when it is too old */
export function readCursor(key: string, given: { cursor: string; list: string; nowMs: number }): Cursor {
  const [after, expires, signature, ...rest] = given.cursor.split('.')
  const expected = sign(key, given.list, `${after ?? ''}.${expires ?? ''}`)
  const received = Buffer.from(signature ?? '', 'base64url')
  if (after === undefined || rest.length > 0 || received.length !== expected.length || !timingSafeEqual(received, expected)) {
    throw new ScimError(
      400,
      'invalidCursor',
      'The cursor does not belong to this request. Repeat all other parameters unchanged, or begin again with an empty cursor.',
    )
  }
  const expiresAtMs = parseInt(expires ?? '', 36)
  if (expiresAtMs < given.nowMs)
    throw new ScimError(400, 'expiredCursor', 'The cursor has expired. Begin again with an empty cursor.')
  return { after, expiresAtMs }
}

function sign(key: string, list: string, text: string): Buffer {
  const bound = createHash('sha256').update(list).digest('hex')
  return createHmac('sha256', key).update(`${bound}.${text}`).digest().subarray(0, SIGNATURE_BYTES)
}
