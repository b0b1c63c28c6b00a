/** A row of the attribute mapping in Entra ID, as docs/entra.md explains it. */
export interface MappingRow {
  readonly source: string
  readonly target: string
  readonly note?: string
  readonly isMatching?: boolean
  /** Not among the rows that a custom application starts with. */
  readonly isExtra?: boolean
}

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

/** The most useful rows; addresses, phones and the rest of the defaults may stay as they are. */
export const USER_ROWS: readonly MappingRow[] = [
  {
    source: 'objectId',
    target: 'externalId',
    note: 'In place of mailNickname. Matching precedence 1: it holds through every rename.',
    isMatching: true,
    isExtra: true,
  },
  { source: 'userPrincipalName', target: 'userName', note: 'Required.' },
  {
    source: 'Switch([IsSoftDeleted], , "False", "True", "True", "False")',
    target: 'active',
    note: 'Keep it: without it people are deleted, not disabled.',
  },
  { source: 'displayName', target: 'displayName' },
  { source: 'givenName', target: 'name.givenName' },
  { source: 'surname', target: 'name.familyName' },
  { source: 'mail', target: 'emails[type eq "work"].value' },
  { source: 'jobTitle', target: 'title' },
  { source: 'department', target: `${ENTERPRISE}:department` },
  { source: 'employeeId', target: `${ENTERPRISE}:employeeNumber` },
  { source: 'manager', target: `${ENTERPRISE}:manager`, note: 'Comes once both people are provisioned.' },
]

export const GROUP_ROWS: readonly MappingRow[] = [
  {
    source: 'objectId',
    target: 'externalId',
    note: 'Matching precedence 1 tells two groups of one name apart.',
    isMatching: true,
  },
  { source: 'displayName', target: 'displayName', note: 'Required.' },
  { source: 'members', target: 'members' },
]
