import { productErasureOperations } from '../people/api/erasure'
import type { Operation } from '../api/operation'
import { productChangeOperations } from '../product/changes'
import { productGroupOperations } from '../product/groups'
import { productPeopleOperations } from '../product/people'

type Needs = Parameters<typeof productErasureOperations>[0]

/** Every operation of the product's API. */
export const productOperations = (needs: Needs): readonly Operation[] => [
  ...productPeopleOperations,
  ...productGroupOperations,
  ...productChangeOperations,
  ...productErasureOperations(needs),
]
