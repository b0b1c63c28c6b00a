import * as z from 'zod'
import { forgetKept } from '../capture/switch'
import { eraseNoted, isErasing, noteErasure } from '../feed/erase'
import { tenantOperation, type Access, type Operation } from './operation'
import { absent, invalid } from './problem'

const MAX_ERASING_MS = 5000

const answer = z.object({
  id: z.string(),
  state: z
    .enum(['erased', 'erasing'])
    .describe('erasing: the rest follows within minutes, and the record person.erased tells when'),
})

/** The same for people who operate the service and for the product, by the access that each of them needs. */
const eraseBy = (access: Access, id: string) =>
  tenantOperation(
    {
      id,
      method: 'POST',
      path: '/tenants/{tenant}/people/{id}/erase',
      summary:
        'Erases a person, also one whom the directory has deleted: who is still there is deleted, and all records lose their values. Nothing brings it back',
      access,
      parameters: z.object({ id: z.string() }),
      body: z.strictObject({ confirm: z.string().describe('The id again') }),
      answers: {
        200: { description: 'Erased', schema: answer },
        202: { description: 'Under way', schema: answer },
      },
    },
    async ({ services, tenant, directory, actor, path, body, wake }) => {
      if (body.confirm !== path.id) throw invalid([{ path: '/confirm', detail: 'must be the id of the person to erase' }])
      if (!(await noteErasure(directory, path.id, actor.name))) throw absent('There is no person with this id.')
      await eraseNoted(directory, MAX_ERASING_MS, () => forgetKept(services, tenant))
      wake()
      const isLeft = await isErasing(directory, path.id)
      return { status: isLeft ? 202 : 200, body: { id: path.id, state: isLeft ? 'erasing' : 'erased' } }
    },
  )

export const erasureOperations: readonly Operation[] = [eraseBy('operatorAdmin', 'erasePerson')]
export const productErasureOperations: readonly Operation[] = [eraseBy('person:erase', 'erasePersonForProduct')]
