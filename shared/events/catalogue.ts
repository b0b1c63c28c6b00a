/** What a type of record means to those who read the feed. */
interface EventFacts {
  /** What its id names. */
  readonly about: 'person' | 'group' | 'token' | 'tenant'
  /** Under which the activity page finds it. */
  readonly kind: 'person' | 'group' | 'role' | 'settings' | 'equipment' | 'connection'
  /** Whose role may be another one after it; `perhaps`: the record itself says whose. */
  readonly affectsRole: 'person' | 'perhaps' | 'everybody' | 'nobody'
  /** For people who choose what their product is told of. */
  readonly title: string
  /** What is said of it in the activity, where the record has no more to tell than who did it. */
  readonly said: string
}

const event = (facts: Omit<EventFacts, 'affectsRole'> & Partial<EventFacts>): EventFacts => ({
  affectsRole: 'nobody',
  ...facts,
})

/**
 * Every type of record that there is. A new one begins here: who writes it and how its effect on roles, webhooks, the activity, the
 * console's list and the table of docs/product-api.md (`npm run openapi`) follow. None that is not of a document ends in `.created` or
 * `.deleted`: those are counted.
 */
export const EVENTS = {
  'user.created': event({
    about: 'person',
    kind: 'person',
    affectsRole: 'person',
    title: 'A person was provisioned',
    said: 'added',
  }),
  'user.updated': event({
    about: 'person',
    kind: 'person',
    affectsRole: 'perhaps',
    title: 'Attributes of a person changed, active included',
    said: 'changed',
  }),
  'user.deleted': event({
    about: 'person',
    kind: 'person',
    affectsRole: 'person',
    title: 'A person was deleted',
    said: 'deleted',
  }),
  'group.created': event({
    about: 'group',
    kind: 'group',
    affectsRole: 'perhaps',
    title: 'A group was provisioned',
    said: 'group added',
  }),
  'group.updated': event({
    about: 'group',
    kind: 'group',
    affectsRole: 'perhaps',
    title: 'A group or its members changed',
    said: 'changed',
  }),
  'group.deleted': event({
    about: 'group',
    kind: 'group',
    affectsRole: 'everybody',
    title: 'A group was deleted',
    said: 'group deleted',
  }),
  'role.changed': event({ about: 'person', kind: 'role', title: 'A person has another access role', said: 'role changed' }),
  'lock.changed': event({
    about: 'person',
    kind: 'role',
    affectsRole: 'person',
    title: 'A role was locked or unlocked',
    said: 'lock changed',
  }),
  'person.released': event({
    about: 'person',
    kind: 'person',
    affectsRole: 'person',
    title: 'A person who was held back was released',
    said: 'released, no longer Pending,',
  }),
  'person.replaced': event({
    about: 'person',
    kind: 'person',
    affectsRole: 'person',
    title: 'Somebody new has the userName of an inactive person',
    said: 'a new person under the same user name',
  }),
  'person.unlinked': event({
    about: 'person',
    kind: 'person',
    affectsRole: 'person',
    title: 'What the earlier holder of a userName had of groups ended',
    said: 'left their groups',
  }),
  'person.erased': event({
    about: 'person',
    kind: 'person',
    title: 'A person was erased: erase them too',
    said: 'everything erased',
  }),
  'person.adopted': event({
    about: 'person',
    kind: 'person',
    title: 'A person is managed by the super tenant now',
    said: 'taken over into this tenant',
  }),
  'group.adopted': event({
    about: 'group',
    kind: 'group',
    title: 'A group is managed by the super tenant now',
    said: 'taken over into this tenant',
  }),
  'product.linked': event({
    about: 'person',
    kind: 'person',
    title: "Your product's id of a person was set",
    said: 'product id set',
  }),
  'product.unlinked': event({
    about: 'person',
    kind: 'person',
    title: "Your product's id of a person was taken off",
    said: 'product id taken away',
  }),
  'rules.saved': event({
    about: 'tenant',
    kind: 'settings',
    affectsRole: 'everybody',
    title: 'Roles or rules were saved',
    said: 'Roles and rules saved',
  }),
  'routes.saved': event({
    about: 'tenant',
    kind: 'settings',
    title: 'Routes to other tenants were saved',
    said: 'Routes to other tenants saved',
  }),
  'token.expiring': event({ about: 'token', kind: 'connection', title: 'A Secret Token ends soon', said: 'A token ends soon' }),
  'clientSecret.expiring': event({
    about: 'token',
    kind: 'connection',
    title: 'A client secret of the directory ends soon',
    said: 'A client secret ends soon',
  }),
  'health.changed': event({
    about: 'tenant',
    kind: 'connection',
    title: 'The health of the connection changed',
    said: 'The health of the connection changed',
  }),
  'equipment.held': event({
    about: 'person',
    kind: 'equipment',
    title: 'A disabled or deleted person still holds equipment',
    said: 'still holds equipment',
  }),
  'equipment.returned': event({
    about: 'person',
    kind: 'equipment',
    title: 'A disabled or deleted person gave the last equipment back',
    said: 'the last item came back',
  }),
  'equipment.report': event({
    about: 'tenant',
    kind: 'equipment',
    title: 'The report of disabled people who hold equipment',
    said: 'Equipment report',
  }),
  'capture.changed': event({
    about: 'tenant',
    kind: 'settings',
    title: 'Somebody began or ended to capture requests',
    said: 'Capture of requests changed',
  }),
} as const satisfies Readonly<Record<string, EventFacts>>

export type EventType = keyof typeof EVENTS

/** Of a stored record, which an older or a newer version may have written. */
export const eventOf = (type: string): EventFacts | undefined =>
  Object.hasOwn(EVENTS, type) ? EVENTS[type as EventType] : undefined

/** In the order in which people choose them. */
export const EVENT_TYPES = Object.keys(EVENTS) as EventType[]
