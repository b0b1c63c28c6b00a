import type { AccessFacts, Lock, Owner } from '../../roles/derive'
import { isObject, own } from '../../scim/json'
import { productIdKey } from '../../storage/keys'
import type { Values } from '../../storage/table'

/** The properties of a document row that hold the facts; it is replaced as a whole, so absent ones are left out. */
export function accessValues({ lock, productId, staged, owner, successions }: AccessFacts): Values {
  return {
    ...(lock !== undefined && { lk: JSON.stringify(lock) }),
    ...(productId !== undefined && { pid: productId }),
    ...(staged === true && { st: true }),
    ...(owner !== undefined && { ow: `${owner.tenant} ${owner.id}` }),
    ...(successions !== undefined && { su: successions }),
  }
}

/** The same for a merge, which cannot remove a property: what is absent is stored empty. */
export const mergedAccessValues = (access: AccessFacts): Values => ({
  lk: '',
  pid: '',
  st: false,
  ow: '',
  ...accessValues(access),
})

export function readAccessFacts(values: Values): AccessFacts {
  const { lk: lock, pid: productId, st: staged, ow: owner, su: successions } = values
  return {
    ...(typeof lock === 'string' && lock !== '' && { lock: readLock(lock) }),
    ...(typeof productId === 'string' && productId !== '' && { productId }),
    ...(staged === true && { staged }),
    ...(typeof owner === 'string' && owner !== '' && { owner: readOwner(owner) }),
    ...(typeof successions === 'number' && { successions }),
  }
}

/** Neither a slug nor an id has a space. */
function readOwner(text: string): Owner {
  const [tenant, id] = text.split(' ')
  if (tenant === undefined || id === undefined) throw new Error('A document row names no owner where one should be.')
  return { tenant, id }
}

function readLock(text: string): Lock {
  const lock: unknown = JSON.parse(text)
  if (!isObject(lock)) throw new Error('A document row holds no lock where one should be.')
  const [role, by, at] = [own(lock, 'role'), own(lock, 'by'), own(lock, 'at')]
  if (typeof role !== 'string' || typeof by !== 'string' || typeof at !== 'string') throw new Error('A lock lacks a part.')
  return { role, by, at }
}

/** Keys of the index rows that the facts call for; each row holds the person's id. */
export function accessKeys({ productId }: AccessFacts): string[] {
  return productId === undefined ? [] : [productIdKey(productId)]
}
