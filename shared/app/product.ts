import { productErasureOperations } from '../people/api/erasure'
import type { Operation } from '../api/operation'
import { productChangeOperations } from '../product/changes'
import { productGroupOperations } from '../product/groups'
import { productPeopleOperations } from '../product/people'

/** Every operation of the product's API. */
export const productOperations: readonly Operation[] = [
  ...productPeopleOperations,
  ...productGroupOperations,
  ...productChangeOperations,
  ...productErasureOperations,
]
