import * as fc from 'fast-check'
import { parseAttributePath, printPath } from '../../shared/scim/schema/attribute-path'
import { countTerms, parseFilter } from '../../shared/scim/filter/filter'
import { parsePatchPath } from '../../shared/scim/patch/path'
import { customUserType } from '../support/custom-user-type'
import { attributePath, filter, filterText, patchPath, patchPathText } from './filters'

test('a filter that is printed and parsed is the same filter', () => {
  let mostTerms = 0
  fc.assert(
    fc.property(filter, (one) => {
      mostTerms = Math.max(mostTerms, countTerms(one))
      expect(parseFilter(filterText(one), customUserType)).toEqual(one)
    }),
    { numRuns: 600 },
  )
  expect(mostTerms).toBeGreaterThan(8)
})

test('case of keywords and spaces around parentheses and brackets mean nothing', () => {
  const spaced = (text: string) =>
    text.replace(/"(?:[^"\\]|\\.)*"| (?:and|or) |not \(|[()[\]]/g, (part) => {
      if (part.startsWith('"')) return part
      return part.startsWith('[') || part.startsWith(']') ? part : part.toUpperCase().replaceAll(/[()]/g, ' $& ')
    })
  fc.assert(
    fc.property(filter, (one) => {
      expect(parseFilter(`  ${spaced(filterText(one))}\t`, customUserType)).toEqual(one)
    }),
    { numRuns: 200 },
  )
})

test('an attribute path that is printed and parsed is the same path', () => {
  fc.assert(
    fc.property(attributePath, (path) => {
      expect(parseAttributePath(printPath(path), customUserType)).toEqual(path)
    }),
    { numRuns: 400 },
  )
})

test('a PATCH path that is printed and parsed is the same path', () => {
  fc.assert(
    fc.property(patchPath, (path) => {
      expect(parsePatchPath(patchPathText(path), customUserType)).toEqual(path)
    }),
    { numRuns: 400 },
  )
})
