/** What a kind of administration says of itself. */
interface ActionFacts {
  /** In the activity, behind the name of whoever did it. */
  readonly said: string
  /** The feed tells of it as well, so that the activity as a whole has one line for it. */
  readonly isInFeed?: true
  /** No business of the customer's, though it stands in the tenant's table. */
  readonly isForOperators?: true
}

const action = (said: string): ActionFacts => ({ said })
const forOperators = (said: string): ActionFacts => ({ said, isForOperators: true })
const alsoInFeed = (said: string): ActionFacts => ({ said, isInFeed: true })

/** Every kind of administration that leaves a record, named by what it is done to. An operation says which one it is. */
export const AUDIT_ACTIONS = {
  'tenant.created': action('made the tenant'),
  'tenant.changed': action('renamed, paused or resumed the tenant'),
  'tenant.deleted': action('deleted the tenant'),
  'tenant.connected': action('connected another tenant'),
  'tenant.disconnected': action('ended the connection to another tenant'),
  'token.created': action('made a token'),
  'token.revoked': action('revoked a token'),
  'clientSecret.created': action('made a client secret'),
  'clientSecret.deleted': action('deleted a client secret'),
  'trust.created': action('trusted an identity of Entra ID'),
  'trust.deleted': action('removed an identity of Entra ID'),
  'signIn.saved': action('changed by what the directory signs in'),
  'link.created': action('made a setup link'),
  'link.revoked': action('revoked a setup link'),
  'session.started': action('opened the setup link'),
  'session.ended': action('ended the session of a setup link'),
  'productKey.created': forOperators('made a key of the product'),
  'productKey.revoked': forOperators('revoked a key of the product'),
  'webhook.created': action('made a webhook'),
  'webhook.changed': action('changed a webhook'),
  'webhook.removed': action('removed a webhook'),
  'webhook.replayed': action('had a webhook send everything again'),
  'webhook.retried': action('had a webhook try a parked record again'),
  'webhookSecret.created': action('made a signing secret of a webhook'),
  'webhookSecret.ended': action('ended a signing secret of a webhook'),
  'settings.saved': action('saved settings'),
  'attributes.saved': action('saved custom attributes'),
  'roles.saved': alsoInFeed('saved roles and rules'),
  'roleLabels.saved': action('chose what roles are called here'),
  'roleInheritance.saved': action('chose whose roles and rules count'),
  'roleCatalogue.saved': action('saved the roles of the product'),
  'routes.saved': alsoInFeed('saved routes to other tenants'),
  'conflict.adopted': alsoInFeed('let the super tenant manage who has a name here'),
  'lock.changed': alsoInFeed('changed a lock'),
  'person.released': alsoInFeed('let a person in'),
  'person.erased': alsoInFeed('erased a person'),
  'userName.released': action('set a userName free'),
  'productId.changed': alsoInFeed("changed the product's id of a person"),
  'equipment.changed': action('changed equipment'),
  'capture.changed': alsoInFeed('changed the capture of requests'),
  'capture.erased': action('erased captured requests'),
  'data.exported': action('exported the tenant'),
  'data.imported': action('imported a list or an export'),
} as const satisfies Readonly<Record<string, ActionFacts>>

export type AuditAction = keyof typeof AUDIT_ACTIONS

export const isAuditAction = (text: string): text is AuditAction => Object.hasOwn(AUDIT_ACTIONS, text)

export const actionFacts = (name: AuditAction): ActionFacts => AUDIT_ACTIONS[name]
