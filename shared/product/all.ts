import { productErasureOperations } from '../manage/erasure'
import type { Operation } from '../manage/operation'
import { productChangeOperations } from './changes'
import { productGroupOperations } from './groups'
import { productPeopleOperations } from './people'

/** Every operation of the product's API. */
export const productOperations: readonly Operation[] = [
  ...productPeopleOperations,
  ...productGroupOperations,
  ...productChangeOperations,
  ...productErasureOperations,
]
