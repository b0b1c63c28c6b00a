import { testKeys } from './keys'
import type { DirectoryContext } from '../../shared/directory/context'
import { createResource } from '../../shared/directory/documents/create'
import { newId } from '../../shared/directory/identifiers'
import { updateResource } from '../../shared/directory/documents/update'
import type { JsonObject } from '../../shared/scim/json'
import { groupType, userType } from '../../shared/scim/schema/schemas'
import { connectTables } from '../../shared/storage/connect'
import { createMeter } from '../../shared/storage/meter'
import { newWork } from '../../shared/scim/work'

/** A directory without the service around it: nobody follows its feed unless the test does. */
export interface TestDirectory {
  readonly context: DirectoryContext
  /** Lets the clock go on: leases end. */
  pass(ms: number): void
  /** A person, by userName; the id. */
  person(userName: string, more?: JsonObject): Promise<string>
  group(displayName: string, memberIds?: readonly string[], more?: JsonObject): Promise<string>
  /** Replaces attributes of a person. */
  change(id: string, attributes: JsonObject): Promise<void>
  join(group: string, ...ids: string[]): Promise<void>
  leave(group: string, ...ids: string[]): Promise<void>
}

const TABLES = process.env['TEST_TABLES_CONNECTION_STRING'] ?? ''

export async function newDirectory(connectionString = TABLES): Promise<TestDirectory> {
  // Azurite may need long for a hundred thousand rows beside other tests; how long a request waits is not what these look at.
  const tables = connectTables({ connectionString, ...(connectionString === TABLES && { timeoutMs: 60_000 }) })
  const name = `directory${newId()}`
  await tables.create(name)
  let passedMs = 0
  const context: DirectoryContext = {
    table: tables.open(name, createMeter()),
    types: { User: userType, Group: groupType },
    now: () => new Date(Date.now() + passedMs),
    work: newWork(),
    tenant: 'none',
    keys: testKeys,
    matching: [],
  }
  const members = (op: 'add' | 'remove') => async (group: string, ids: readonly string[]) => {
    await updateResource(context, groupType, group, { attributes: (current) => current, members: [{ op, ids }] })
  }
  return {
    context,
    pass: (ms) => {
      passedMs += ms
    },
    person: async (userName, more = {}) => (await createResource(context, userType, { userName, ...more })).id,
    group: async (displayName, memberIds = [], more = {}) =>
      (await createResource(context, groupType, { displayName, ...more }, memberIds)).id,
    change: async (id, attributes) => {
      await updateResource(context, userType, id, { attributes: (current) => ({ ...current, ...attributes }), members: [] })
    },
    join: (group, ...ids) => members('add')(group, ids),
    leave: (group, ...ids) => members('remove')(group, ids),
  }
}
