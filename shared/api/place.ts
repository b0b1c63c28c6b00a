import * as z from 'zod'
import type { DirectoryContext } from '../directory/context'
import { readCursor, writeCursor } from '../http/cursor'
import { ScimError } from '../scim/errors'
import { pageQuery } from './page'
import { invalid } from './problem'

const MAX_AGE_MS = 24 * 3_600_000

/** Query parameters of a list in the order of an index: its keys are names, so `after` is sealed. */
export const sealedPageQuery = pageQuery.extend({
  after: z.string().max(2000).optional().describe('`next` of the page before, within a day and with all else unchanged'),
})

/** Where a list goes on, for its `next`. `list` names all else that the request asked for. */
export async function sealPlace({ keys, now }: DirectoryContext, list: readonly unknown[], place: string): Promise<string> {
  const expiresAtMs = now().getTime() + MAX_AGE_MS
  return writeCursor(keys, JSON.stringify(list), { key: place, id: '', backwards: false, expiresAtMs })
}

/** @throws Problem 400 when it was not made here for this list, or is too old */
export async function openPlace({ keys, now }: DirectoryContext, list: readonly unknown[], sealed: string): Promise<string> {
  try {
    return String((await readCursor(keys, { cursor: sealed, list: JSON.stringify(list), nowMs: now().getTime() })).key)
  } catch (error) {
    if (!(error instanceof ScimError)) throw error
    throw invalid([
      { path: '?after', detail: 'is not a `next` of this list with these parameters, or too old. Begin without it.' },
    ])
  }
}
