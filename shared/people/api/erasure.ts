import * as z from 'zod'
import type { DirectoryContext } from '../../directory/context'
import { readDocument } from '../../directory/documents/document'
import { isId } from '../../directory/identifiers'
import { managerName } from '../../directory/documents/managed'
import { userKey } from '../../storage/keys'
import { eraseNoted, isErasing, noteErasure } from '../../feed/erase'
import type { Access } from '../../api/actor'
import { tenantOperation, type Operation, type Registry } from '../../api/operation'
import type { Tenant } from '../../tenants/tenant'
import { absent, conflict, invalid } from '../../api/problem'

const MAX_ERASING_MS = 5000

interface Needs {
  /** Forgets captured requests, which may name the person. */
  readonly forgetCaptured: (registry: Registry, tenant: Tenant) => Promise<void>
}

const answer = z
  .object({
    id: z.string(),
    state: z
      .enum(['erased', 'erasing'])
      .describe('erasing: the rest follows within minutes, and the record person.erased tells when'),
  })
  .meta({ id: 'Erasure' })

/** The same for people who operate the service and for the product, by the access that each of them needs. */
const eraseBy = ({ forgetCaptured }: Needs, access: Access, id: string) =>
  tenantOperation(
    {
      id,
      method: 'POST',
      path: '/tenants/{tenant}/people/{id}/erase',
      summary:
        'Erases a person, also one whom the directory has deleted: who is still there is deleted, and all records lose their values. Nothing brings it back',
      access,
      audit: 'person.erased',
      parameters: z.object({ id: z.string() }),
      body: z.strictObject({ confirm: z.string().describe('The id again') }),
      answers: {
        200: { description: 'Erased', schema: answer },
        202: { description: 'Under way', schema: answer },
      },
    },
    async ({ registry, tenant, directory, actor, audit, path, body, wake }) => {
      if (body.confirm !== path.id) throw invalid([{ path: '/confirm', detail: 'must be the id of the person to erase' }])
      await refuseCopy(directory, path.id)
      if (!(await noteErasure(directory, path.id, { by: actor.name, beside: [audit({ subject: path.id })] })))
        throw absent('There is no person with this id.')
      await eraseNoted(directory, MAX_ERASING_MS, () => forgetCaptured(registry, tenant))
      wake()
      const isLeft = await isErasing(directory, path.id)
      return { status: isLeft ? 202 : 200, body: { id: path.id, state: isLeft ? 'erasing' : 'erased' } }
    },
  )

/** It would come back with the next change of the original; erased there, it is erased here as well. */
async function refuseCopy(directory: DirectoryContext, id: string): Promise<void> {
  const row = isId(id) ? await directory.table.get(userKey(id)) : undefined
  const document = row && readDocument(row)
  const manager = document && managerName(directory, document)
  if (manager === undefined) return
  throw conflict(`This person is managed by ${manager.name} (${manager.slug}). Erase them there: that erases them here, too.`)
}

export const erasureOperations = (needs: Needs): readonly Operation[] => [eraseBy(needs, 'operatorAdmin', 'erasePerson')]
export const productErasureOperations = (needs: Needs): readonly Operation[] => [
  eraseBy(needs, 'person:erase', 'erasePersonForProduct'),
]
