import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import * as z from 'zod'
import type { TenantKeys } from '../directory/keys'
import { ScimError } from '../scim/errors'

/** Where a list goes on: with the sort key that a resource had, it stays right when that resource changes or goes. */
const position = z.object({
  key: z.union([z.string(), z.number(), z.null()]),
  id: z.string(),
  /** The page before that place, not the one behind it. */
  backwards: z.boolean(),
})
export type Position = z.infer<typeof position>

const contents = position.extend({ expiresAtMs: z.number() })

const IV_BYTES = 12
const TAG_BYTES = 16

/**
 * A cursor of RFC 9865, in unreserved characters only, which expires. `list` names all else that the request asked for: the
 * cursor fits that list of that tenant alone. It is sealed (AES-GCM under the tenant's key) and not only signed, since a
 * sort key is often somebody's name and a cursor travels in URLs.
 * @throws VaultUnavailable or VaultForbidden when the tenant's key is not known and cannot be had
 */
export async function writeCursor(
  keys: Pick<TenantKeys, 'newest'>,
  list: string,
  cursor: Position & { readonly expiresAtMs: number },
): Promise<string> {
  const { bytes: key } = await keys.newest('cursors')
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(digestOf(list))
  const sealed = Buffer.concat([cipher.update(JSON.stringify(cursor), 'utf8'), cipher.final()])
  return Buffer.concat([iv, sealed, cipher.getAuthTag()]).toString('base64url')
}

/**
 * Where the list goes on.
 * @throws ScimError invalidCursor when it was not made here for this list, expiredCursor when it is too old; VaultUnavailable or
 * VaultForbidden when that cannot be said without the vault
 */
export async function readCursor(
  keys: Pick<TenantKeys, 'find'>,
  given: { cursor: string; list: string; nowMs: number },
): Promise<Position> {
  const text = await openedByAny(keys, given)
  if (text === undefined) {
    throw new ScimError(
      400,
      'invalidCursor',
      'The cursor does not belong to this request. Repeat all other parameters unchanged, or begin again with an empty cursor.',
    )
  }
  const { expiresAtMs, ...found } = contents.parse(JSON.parse(text))
  if (expiresAtMs < given.nowMs)
    throw new ScimError(400, 'expiredCursor', 'The cursor has expired. Begin again with an empty cursor.')
  return found
}

/** What was sealed; undefined when it was sealed with no key of the tenant, for another list, or not at all. */
async function openedByAny(
  keys: Pick<TenantKeys, 'find'>,
  { cursor, list }: { cursor: string; list: string },
): Promise<string | undefined> {
  const bytes = Buffer.from(cursor, 'base64url')
  // Only the one spelling that was given out: the decoder skips what it does not know.
  if (bytes.length <= IV_BYTES + TAG_BYTES || bytes.toString('base64url') !== cursor) return undefined
  return keys.find('cursors', (key) => opened(key.bytes, bytes, list))
}

function opened(key: Uint8Array, bytes: Buffer, list: string): string | undefined {
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
  decipher.setAAD(digestOf(list)).setAuthTag(bytes.subarray(-TAG_BYTES))
  try {
    return decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
  } catch {
    return undefined // the tag does not fit
  }
}

const digestOf = (text: string) => createHash('sha256').update(text).digest()
