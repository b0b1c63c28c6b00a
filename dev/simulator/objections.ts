interface Rule {
  /** Where the rule stands: a section of the Entra reference, or of an RFC. */
  readonly clause: string
  readonly sentence: string
}

/** Everything the simulator can object to. Ids are stable: scripts and tests name them. */
export const OBJECTIONS = {
  'content-type': { clause: 'entra 0.18', sentence: 'An answer with a body is not application/scim+json.' },
  'error-malformed': {
    clause: 'entra 0.18, 4.3',
    sentence: 'An error is not the Error message with its status as a JSON string.',
  },
  'unparseable-body': { clause: 'entra 1.9', sentence: 'A body is not JSON.' },
  'missing-body': { clause: 'entra 1.9, 4.1', sentence: 'A 200 or 201 came without a body; only 204 has none.' },
  'explicit-null': { clause: 'entra 4.1', sentence: 'A body holds an explicit null; unassigned attributes are left out.' },
  'throttle-without-retry-after': {
    clause: 'entra 1.9',
    sentence: 'A 429 or 503 came without a Retry-After in whole seconds.',
  },
  'throttled-too-long': { clause: 'entra 1.9', sentence: 'A request was put off again and again until it was given up.' },
  'time-out': { clause: 'entra 0.20, 1.9', sentence: 'No answer within the time Entra waits (60 s).' },
  'connection-lost': { clause: 'entra 1.9', sentence: 'The connection broke before the answer was complete.' },
  'unexpected-status': { clause: 'entra 1.9', sentence: 'The request was refused or failed.' },
  'credentials-refused': { clause: 'entra 1.9', sentence: 'The token was refused; Entra quarantines the job at once.' },
  'query-404': { clause: 'entra 0.1', sentence: 'A query answered 404; Entra quarantines the job at once.' },
  'list-malformed': {
    clause: 'entra 4.2',
    sentence: 'A list is no ListResponse with integer numbers, totalResults and a Resources array.',
  },
  'probe-found-something': { clause: 'entra 1.1', sentence: 'A filter by a random GUID found something.' },
  'filter-wrong-hit': { clause: 'entra 4.2', sentence: 'A filter returned a resource that does not match it.' },
  'more-than-one-result': { clause: 'entra 1.5', sentence: 'A matching filter returned more than one resource.' },
  'filter-misses': { clause: 'entra 1.5', sentence: 'A filter did not find a resource that exists.' },
  'filter-case-sensitive': {
    clause: 'entra 0.13',
    sentence: 'userName or displayName was not found in another letter case.',
  },
  'members-returned': { clause: 'entra 0.11', sentence: 'Members were returned although excludedAttributes named them.' },
  'reference-check-wrong': {
    clause: 'entra 2.2',
    sentence: 'A filter by id and manager, or by id and members, gave the wrong answer.',
  },
  'attributes-ignored': { clause: 'entra 6.5', sentence: 'The parameter attributes=id did not narrow the answer.' },
  'inactive-hidden': { clause: 'entra 0.14', sentence: 'An inactive user vanished from queries or from GET by id.' },
  'conflict-not-findable': {
    clause: 'entra 1.5, 1.9',
    sentence: 'A POST answered 409, but the matching filter does not find the record.',
  },
  'no-id': { clause: 'entra 0.2', sentence: 'A resource came without an id.' },
  'id-changed': { clause: 'entra 0.2', sentence: 'The answer carries another id than the resource has.' },
  'id-taken-from-client': { clause: 'entra 0.2', sentence: 'The id that a client wrote into a POST was taken over.' },
  'post-not-201': { clause: 'entra 4.1, RFC 7644 3.3', sentence: 'A POST created the resource but did not answer 201.' },
  'post-without-location': {
    clause: 'entra 2.3, RFC 7644 3.3',
    sentence: 'A POST came without a Location that equals meta.location and ends in the id.',
  },
  'value-changed': { clause: 'entra 0.16', sentence: 'A value came back changed or not at all.' },
  'value-not-absent': { clause: 'entra 0.16, 0.17', sentence: 'A value is returned that was never sent or has been cleared.' },
  'boolean-as-text': { clause: 'entra 0.4, 4.5', sentence: 'A boolean is returned as text.' },
  'duplicate-type': { clause: 'entra 4.1', sentence: 'Two entries of one attribute have the same type.' },
  'manager-form': {
    clause: 'entra 0.7',
    sentence: 'The manager is not returned as an object with value inside the enterprise extension.',
  },
  'manager-wrong': { clause: 'entra 0.7, 2.6', sentence: 'The manager is not the one that was written, or was not cleared.' },
  'schemas-wrong': {
    clause: 'RFC 7643 3, entra 6.9',
    sentence: 'schemas does not list the URNs of the resource and of its extensions.',
  },
  'meta-wrong': { clause: 'RFC 7643 3.1, entra 2.3', sentence: 'meta lacks the resourceType or the location.' },
  'key-stored-literally': { clause: 'entra 0.5, 2.5', sentence: 'A dotted or URN-qualified key was stored as a name.' },
  'second-cycle-not-empty': {
    clause: 'entra 0.16, 3.3',
    sentence: 'Nothing had changed, yet the next cycle would send a PATCH.',
  },
  'absent-entry-refused': { clause: 'entra 0.6', sentence: 'A PATCH of an entry that does not exist yet was refused.' },
  'empty-patch-refused': { clause: 'entra 2.10', sentence: 'A PATCH with no operations was refused.' },
  'parallel-conflict': {
    clause: 'entra 0.19',
    sentence: 'Parallel PATCHes of one group were answered with 409, 412 or 500.',
  },
  'member-lost': { clause: 'entra 0.19, 8.2', sentence: 'A member that was added is not in the group.' },
  'remove-took-others': { clause: 'entra 0.8', sentence: 'Removing named members removed others too.' },
  'member-not-removed': { clause: 'entra 2.8', sentence: 'A member that was removed is still in the group.' },
  'member-twice': { clause: 'entra 0.9', sentence: 'One member is listed twice.' },
  'repeat-membership-refused': {
    clause: 'entra 0.9',
    sentence: 'Adding a member again, or removing one who is none, was refused.',
  },
  'rename-changed-members': { clause: 'entra 8', sentence: 'Renaming a group changed its members.' },
  'roles-wrong': { clause: 'entra 2.7', sentence: 'Roles are not the ones that were added or replaced.' },
  'disable-without-effect': { clause: 'entra 0.4', sentence: 'active did not take the value that was sent.' },
  'inactive-membership-lost': { clause: 'entra 0.15', sentence: 'An inactive user lost a membership.' },
  'duplicate-accepted': { clause: 'entra 0.12', sentence: 'A second POST of the same resource was not answered 409.' },
  'duplicate-in-other-case-accepted': {
    clause: 'entra 0.12, 0.13',
    sentence: 'A second POST of a userName in another letter case was not answered 409.',
  },
  'uniqueness-missing': { clause: 'entra 0.12, 4.3', sentence: 'A 409 came without the scimType uniqueness.' },
  'delete-not-204': { clause: 'entra 2.9', sentence: 'A DELETE succeeded with another status than 204.' },
  'deleted-still-read': { clause: 'entra 6.8', sentence: 'A deleted resource is still answered by id.' },
  'deleted-still-found': { clause: 'entra 6.8', sentence: 'A deleted resource is still found by a filter.' },
  'second-delete-not-404': { clause: 'entra 2.9', sentence: 'A second DELETE was not answered 404.' },
  'deleted-member-listed': { clause: 'entra 6.8', sentence: 'A deleted user is still listed as a member.' },
  'membership-wrong': { clause: 'entra 1.6, 8.2', sentence: 'The members of a group are not the ones that were written.' },
  'paging-incomplete': {
    clause: 'entra 1.11, 6.6',
    sentence: 'Paging by startIndex and count missed a resource or showed it twice.',
  },
  'paging-numbers': {
    clause: 'entra 4.6, 6.6',
    sentence: 'totalResults, startIndex or itemsPerPage does not agree with the page.',
  },
  'discovery-wrong': {
    clause: 'entra 4.4, 6.13',
    sentence: 'ServiceProviderConfig, ResourceTypes or Schemas is missing or lacks User or Group.',
  },
} as const satisfies Record<string, Rule>

export type ObjectionId = keyof typeof OBJECTIONS

/** One rule that was broken, how often, and where first. The example holds no token and no value of a person. */
export interface Objection {
  readonly id: ObjectionId
  readonly clause: string
  readonly sentence: string
  readonly count: number
  readonly example: string
}
