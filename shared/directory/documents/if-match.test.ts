import { newDirectory, type TestDirectory } from '../../../tests/support/directory'
import { groupType, userType } from '../../scim/schema/schemas'
import type { ResourceType } from '../../scim/schema/schema'
import type { DirectoryContext } from '../context'
import { readResourceById } from './read'
import type { Update } from './commit-update'
import { updateResource } from './update'

/** If-Match holds until the commit: what somebody else does between reading and writing makes it 412, for the document and for the members. */

let directory: TestDirectory
beforeAll(async () => {
  directory = await newDirectory()
})

const same: Update['attributes'] = (current) => current
const set = (name: string, value: string): Update => ({ attributes: (current) => ({ ...current, [name]: value }), members: [] })

/** The context of a request between whose reading and writing the other one is done. */
function overtaken(other: () => Promise<unknown>): DirectoryContext {
  const { table } = directory.context
  let isDone = false
  return {
    ...directory.context,
    table: {
      ...table,
      commit: async (actions) => {
        if (!isDone) {
          isDone = true
          await other()
        }
        return table.commit(actions)
      },
    },
  }
}

async function withVersion(type: ResourceType, id: string, update: Update, other: () => Promise<unknown>): Promise<string> {
  const found = await readResourceById(directory.context, type, id, { members: false, groups: false })
  const acceptsVersion = (version: string) => version === found?.version
  try {
    await updateResource(overtaken(other), type, id, { ...update, acceptsVersion })
    return 'taken'
  } catch (error) {
    return String((error as { status?: number }).status)
  }
}

test('of a person, whom somebody else changes', async () => {
  const id = await directory.person('ada')
  expect(await withVersion(userType, id, set('title', 'mine'), () => directory.change(id, { title: 'theirs' }))).toBe('412')
  expect(await withVersion(userType, id, set('title', 'mine'), () => Promise.resolve())).toBe('taken')
})

const rename = (id: string) => updateResource(directory.context, groupType, id, set('displayName', 'theirs'))

test.each<[string, (me: string) => Update, (group: string, them: string) => Promise<unknown>]>([
  ['renames, and somebody else renames', () => set('displayName', 'mine'), rename],
  ['renames, and somebody joins', () => set('displayName', 'mine'), (group, them) => directory.join(group, them)],
  ['adds a member, and somebody else renames', (me) => ({ attributes: same, members: [{ op: 'add', ids: [me] }] }), rename],
  [
    'adds a member, and somebody else joins',
    (me) => ({ attributes: same, members: [{ op: 'add', ids: [me] }] }),
    (group, them) => directory.join(group, them),
  ],
  [
    'removes a member, and somebody else leaves',
    (me) => ({ attributes: same, members: [{ op: 'remove', ids: [me] }] }),
    (group, them) => directory.leave(group, them),
  ],
])('of a group, which one %s', async (what, update, other) => {
  const [me, them] = [await directory.person(`me ${what}`), await directory.person(`them ${what}`)]
  const members = what.startsWith('removes') ? [me, them] : []
  const group = await directory.group('Versioned', members, { externalId: what })
  expect(await withVersion(groupType, group, update(me), () => other(group, them))).toBe('412')
  expect(await withVersion(groupType, group, update(me), () => Promise.resolve())).toBe('taken')
})
