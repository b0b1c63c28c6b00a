import { NotApplicable } from './outcome'
import type { Requirement } from './requirement'

const BEARER = 'The run signs in with a bearer token; a listing needs one of the two OAuth methods.'
const notWithBearer = () => Promise.reject(new NotApplicable(BEARER))

export const SIGN_IN_TESTS: readonly Requirement[] = [
  { name: 'Validate_Credentials_Test', run: notWithBearer },
  { name: 'Federated_Identity_Test', run: notWithBearer },
]
