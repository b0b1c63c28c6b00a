import * as fc from 'fast-check'
import { patched } from '../support/patched'
import { orRefusal } from './hostile-text'
import { changed, shown, type Person } from './patch-model'
import { request } from './patch-wire'

test('whatever a client asks for, PATCH by PATCH, the person is the one of the plain model', () => {
  fc.assert(
    fc.property(fc.array(fc.array(request, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 8 }), (requests) => {
      let model: Person = { userName: 'u', emails: [] }
      let stored = patched({}, [{ op: 'add', path: 'userName', value: 'u' }])
      for (const operations of requests) {
        const wanted = operations.reduce((person, { change }) => changed(person, change), model)
        const before = stored
        const outcome = orRefusal(() =>
          patched(
            before,
            operations.map(({ operation }) => operation),
          ),
        )
        if (wanted.emails.some(({ value }) => value === undefined)) {
          expect(outcome).toBeUndefined() // no entry is made without a value
          continue
        }
        model = wanted
        stored = outcome ?? {}
        expect(stored).toStrictEqual(shown(model))
        const hasChanged = JSON.stringify(before) !== JSON.stringify(stored)
        if (!hasChanged) expect(stored).toBe(before)
      }
    }),
    { numRuns: 300 },
  )
})
