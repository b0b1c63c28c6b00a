import { execFile } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { startManaged } from '../support/manage'
import { productOf } from '../support/product'

const PEOPLE = 300

/** The running service with so many people in a tenant, and what clients of others need for it. */
export async function startWorld() {
  const service = await startManaged()
  const tenant = service.tenant()
  const Operations = Array.from({ length: PEOPLE }, (_, i) => ({
    method: 'POST',
    path: '/Users',
    bulkId: `p${i}`,
    data: {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName: `p${i}@contoso.example`,
      displayName: `"P" ${i},`,
    },
  }))
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest']
  const made = await tenant.send('POST', '/Bulk', { schemas, Operations })
  if (made.status !== 200) throw new Error(`No people were made: ${JSON.stringify(made.body)}`)
  return {
    /** Where the documents are. */
    manage: `${service.origin}/api/manage/openapi.json`,
    product: `${service.origin}/api/product/openapi.json`,
    /** For the client. */
    given: {
      tenant: tenant.slug,
      token: await service.issuer.token({ roles: ['Rollcall.Reader'], name: 'Rita Reader' }),
      key: (await productOf(service, tenant)).key,
    },
    close: service.close,
  }
}

/** What every client has to tell in the end. */
export const toldByAll = {
  csvLines: 1 + PEOPLE,
  csvBegins: '"id","userName","displayName"',
  csvEnds: true,
  people: PEOPLE,
  seq: true,
  refused: 'There is no such person.',
}

const root = join(__dirname, '../..')

/** An empty folder below dist. */
export function emptyFolder(name: string): string {
  const folder = join(root, 'dist/generated-clients', name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  return folder
}

/** Runs a command to its end, while the service in this process answers. @throws Error with what it printed when it fails */
export async function run(command: string, args: readonly string[], cwd = root): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { cwd, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout)
      else reject(new Error(`${command} ${args[0] ?? ''} failed: ${stdout}\n${stderr}`.slice(0, 4000)))
    })
  })
}
