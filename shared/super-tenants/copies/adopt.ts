import type { DirectoryContext } from '../../directory/context'
import { mergedAccessValues } from '../../directory/documents/access-facts'
import { documentKey, indexKeys, readDocument, type Document } from '../../directory/documents/document'
import { newWriteId } from '../../directory/identifiers'
import { outboxFact } from '../../directory/documents/record'
import { isUniqueKey } from '../../directory/documents/unique'
import type { Owner } from '../../roles/derive'
import { foldCase } from '../../scim/fold'
import { own } from '../../scim/json'
import { conflictKey, linkKey, SETTINGS_KEY } from '../../storage/keys'
import type { Action } from '../../storage/table'
import type { Tenant } from '../../tenants/tenant'
import { UNIQUE_ATTRIBUTES } from './desired'
import { linkAction, readConflict, readLink, type Conflict } from './rows'
import { recorded, type DoneBy } from '../../audit/record'

export type Adoption =
  | { readonly ok: true; readonly conflict: Conflict }
  /** changed: somebody wrote meanwhile; look again. solved: the name is nobody's, or another's, by now. */
  | { readonly ok: false; readonly reason: 'missing' | 'rename' | 'owned' | 'solved' | 'changed' }

/**
 * Makes the person or group who has the name the copy: id, lock, product id and memberships stay, and the super tenant manages
 * it from now on. One transaction, with the record person.adopted or group.adopted. The settings are pinned: a connection that
 * ends meanwhile adopts nobody. The caller asks the super tenant's consumer, which brings it in line.
 */
export async function adopt(context: DirectoryContext, tenant: Tenant, sourceId: string, doing: DoneBy): Promise<Adoption> {
  const { superTenant } = tenant.settings
  const row = await context.table.get(conflictKey(sourceId))
  if (row === undefined || superTenant === null) return { ok: false, reason: 'missing' }
  const conflict = readConflict(row)
  if (conflict.reason === 'rename') return { ok: false, reason: 'rename' }
  const found = await readHolder(context, conflict)
  if (typeof found === 'string') return { ok: false, reason: found }
  const held = await context.table.get(linkKey(conflict.kind, superTenant.slug, sourceId))
  const link = linkAction(superTenant.slug, held && readLink(held), {
    kind: conflict.kind,
    sourceId,
    id: found.id,
    seq: 0,
    epoch: '',
    successions: undefined,
    isGone: false,
    isAwaited: true,
  })
  const outcome = await context.table.commit([
    ...ownedActions(context, found, { owner: { tenant: superTenant.slug, id: sourceId }, by: doing.by, kind: conflict.kind }),
    link,
    { type: 'delete', key: conflictKey(sourceId) },
    { type: 'merge', key: SETTINGS_KEY, values: {}, etag: tenant.settings.row.etag },
    ...recorded(doing.audit, { subject: found.id, after: { superTenant: superTenant.slug } }),
  ])
  return outcome.ok ? { ok: true, conflict } : { ok: false, reason: 'changed' }
}

const typeOf = ({ types }: DirectoryContext, kind: Conflict['kind']) => (kind === 'u' ? types.User : types.Group)

/** Whoever has the name, as the conflict says, and is nobody's copy. */
async function readHolder(context: DirectoryContext, conflict: Conflict): Promise<Document | 'solved' | 'owned' | 'changed'> {
  const type = typeOf(context, conflict.kind)
  const row = await context.table.get(documentKey(type, conflict.nativeId))
  const document = row && readDocument(row)
  if (document === undefined || !hasName(document, conflict)) return 'solved'
  if (document.access.owner !== undefined) return 'owned'
  const unique = [...indexKeys(type, document)].find((key) => isUniqueKey(type, document.attributes, key)) ?? ''
  return (await context.table.get(unique))?.values['id'] === document.id ? document : 'changed'
}

function ownedActions(
  context: DirectoryContext,
  { id, access, etag }: Document,
  { owner, by, kind }: { readonly owner: Owner; readonly by: string; readonly kind: Conflict['kind'] },
): Action[] {
  const now = context.now()
  return [
    { type: 'merge', key: documentKey(typeOf(context, kind), id), values: mergedAccessValues({ ...access, owner }), etag },
    outboxFact({
      writeId: newWriteId(now.getTime()),
      type: kind === 'u' ? 'person.adopted' : 'group.adopted',
      id,
      time: now.toISOString(),
      body: { by, superTenant: owner.tenant },
      productId: access.productId,
    }),
  ]
}

function hasName({ attributes }: Document, { kind, name }: Conflict): boolean {
  const held = own(attributes, UNIQUE_ATTRIBUTES[kind][0])
  return typeof held === 'string' && foldCase(held) === foldCase(name)
}
