import { newDirectory } from '../../tests/support/directory'
import { readFeed } from './read-feed'

test('a reader beyond those of its tenant that may wait is answered at once; the others get what comes', async () => {
  const directory = await newDirectory()
  const wanted = { after: 0, limit: 10, waitMs: 60_000, tenant: 'contoso' }
  const answers: unknown[] = []
  const readers = Array.from({ length: 5 }, async () => {
    answers.push(await readFeed(directory.context, wanted))
  })
  await Promise.any(readers)
  expect(answers).toEqual([{ records: [], head: 0 }])
  await directory.person('ada@contoso.com')
  await Promise.all(readers)
  expect(answers).toMatchObject([{}, ...Array.from({ length: 4 }, () => ({ head: 1, records: [{}] }))])
})
