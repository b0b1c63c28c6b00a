export interface paths {
  '/api/manage/openapi.json': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** This document */
    get: operations['readOpenApi']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/session': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Who is signed in, and what that allows
     * @description For readers: an operator, or a setup link of this tenant.
     */
    get: operations['readSession']
    put?: never
    /** Gives the holder of a setup link a session, for 8 hours and never beyond the end of the link */
    post: operations['startSession']
    /**
     * Ends the session that the request came with, at once and on every instance; the setup link lives on
     * @description For readers: an operator, or a setup link of this tenant.
     */
    delete: operations['endSession']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * All tenants, by slug
     * @description For operators: Rollcall.Admin or Rollcall.Reader.
     */
    get: operations['listTenants']
    put?: never
    /**
     * Makes a tenant with an empty directory and no token
     * @description For operators with the app role Rollcall.Admin.
     */
    post: operations['createTenant']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * One tenant
     * @description For readers: an operator, or a setup link of this tenant.
     */
    get: operations['readTenant']
    put?: never
    post?: never
    /**
     * Deletes the tenant with all its people, groups, settings and tokens, for good
     * @description For operators with the app role Rollcall.Admin.
     */
    delete: operations['deleteTenant']
    options?: never
    head?: never
    /**
     * Changes the name for display, or holds the readers of changes
     * @description For operators with the app role Rollcall.Admin.
     */
    patch: operations['changeTenant']
    trace?: never
  }
  '/api/manage/tenants/{tenant}/links': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Setup links, newest first; ended ones for 90 days. Never a link itself
     * @description For readers: an operator, or a setup link of this tenant.
     */
    get: operations['listLinks']
    put?: never
    /**
     * Makes a link by which the customer's admin sets the tenant up, without an account of the operator's
     * @description For administrators: Rollcall.Admin, or a setup link of this tenant that may change things.
     */
    post: operations['createLink']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/links/{link}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    /**
     * Ends a link, the links that were made with it, and every session that came from them
     * @description For administrators: Rollcall.Admin, or a setup link of this tenant that may change things.
     */
    delete: operations['revokeLink']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/tokens': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Every secret token, newest first; never a value
     * @description For readers: an operator, or a setup link of this tenant.
     */
    get: operations['listTokens']
    put?: never
    /**
     * Makes a secret token for Entra ID; those before go on to work
     * @description For administrators: Rollcall.Admin, or a setup link of this tenant that may change things.
     */
    post: operations['createToken']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/tokens/{token}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    /**
     * Ends a token: at once here, within 30 seconds on every instance
     * @description For administrators: Rollcall.Admin, or a setup link of this tenant that may change things.
     */
    delete: operations['revokeToken']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/sign-in': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * By what the directory signs in, and when each was used last; never a secret
     * @description For readers: an operator, or a setup link of this tenant.
     */
    get: operations['readSignIn']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    /**
     * Switches Secret Tokens off or on, and sets how long access tokens live
     * @description For administrators: Rollcall.Admin, or a setup link of this tenant that may change things.
     */
    patch: operations['saveSignIn']
    trace?: never
  }
  '/api/manage/tenants/{tenant}/sign-in/secrets': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Makes a client secret for OAuth; those before go on to work
     * @description For administrators: Rollcall.Admin, or a setup link of this tenant that may change things.
     */
    post: operations['createClientSecret']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/sign-in/secrets/{secret}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    /**
     * Ends a client secret, and the access tokens that it gave: at once here, within 30 seconds on every instance
     * @description For administrators: Rollcall.Admin, or a setup link of this tenant that may change things.
     */
    delete: operations['deleteClientSecret']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/sign-in/trusts': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Trusts an identity of Entra ID, which then signs in without a secret (workload identity federation)
     * @description For administrators: Rollcall.Admin, or a setup link of this tenant that may change things.
     */
    post: operations['createTrust']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/sign-in/trusts/{trust}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    /**
     * Trusts an identity no longer, and ends the access tokens that it was given: within 30 seconds on every instance
     * @description For administrators: Rollcall.Admin, or a setup link of this tenant that may change things.
     */
    delete: operations['deleteTrust']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/sign-in/assertions': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Says of an assertion, claim by claim, whether it would be accepted now; it is not kept
     * @description For administrators: Rollcall.Admin, or a setup link of this tenant that may change things.
     */
    post: operations['explainAssertion']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/connection': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Whether Entra ID has reached the tenant, and when last
     * @description For readers: an operator, or a setup link of this tenant.
     */
    get: operations['readConnection']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/refusals': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * SCIM requests that were refused, counted by minute and reason, newest first; kept for a week
     * @description For readers: an operator, or a setup link of this tenant.
     */
    get: operations['listRefusals']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/activity': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * What happened, in plain words, newest first: changes from the feed, administration and refused requests
     * @description For readers: an operator, or a setup link of this tenant.
     */
    get: operations['listActivity']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/activity/days': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * How much changed on each of the last days, and how many requests were refused
     * @description For readers: an operator, or a setup link of this tenant.
     */
    get: operations['listActivityDays']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/activity/cycles': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * The last provisioning cycles: when they began and ended, what they changed, what was refused
     * @description For readers: an operator, or a setup link of this tenant.
     */
    get: operations['listCycles']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/audit': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Who changed what in the administration of the tenant, newest first
     * @description For readers: an operator, or a setup link of this tenant.
     */
    get: operations['listAudit']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/audit.ndjson': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * The same, all of it or that of a span of time
     * @description For readers: an operator, or a setup link of this tenant.
     */
    get: operations['downloadAudit']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/audit': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Who made, renamed and deleted tenants, and changed what holds for all of them, newest first
     * @description For operators: Rollcall.Admin or Rollcall.Reader.
     */
    get: operations['listServiceAudit']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/audit.ndjson': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * The same, all of it or that of a span of time
     * @description For operators: Rollcall.Admin or Rollcall.Reader.
     */
    get: operations['downloadServiceAudit']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/capture': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Whether requests are captured, and those that are kept, newest first
     * @description For administrators: Rollcall.Admin, or a setup link of this tenant that may change things.
     */
    get: operations['readCapture']
    /**
     * Keeps requests as Entra ID sends them, for an hour at most; in place of a capture that is on
     * @description For administrators: Rollcall.Admin, or a setup link of this tenant that may change things.
     */
    put: operations['startCapture']
    post?: never
    /**
     * Ends the capture. What was kept stays for its day, unless it is erased
     * @description For administrators: Rollcall.Admin, or a setup link of this tenant that may change things.
     */
    delete: operations['stopCapture']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/capture/requests': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    /**
     * Erases what was kept, at once; a capture that is on goes on
     * @description For administrators: Rollcall.Admin, or a setup link of this tenant that may change things.
     */
    delete: operations['eraseCapture']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/health': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Whether provisioning from Entra ID works, judged from its requests
     * @description For readers: an operator, or a setup link of this tenant.
     */
    get: operations['readHealth']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/coverage': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Which attributes have values, for what share of active people, and which never come
     * @description For readers: an operator, or a setup link of this tenant.
     */
    get: operations['readCoverage']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/settings': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Settings and branding
     * @description For readers: an operator, or a setup link of this tenant.
     */
    get: operations['readSettings']
    /**
     * Saves the settings of the directory as a whole
     * @description For administrators: Rollcall.Admin, or a setup link of this tenant that may change things.
     */
    put: operations['saveSettings']
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/settings/branding': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    /**
     * Saves the vendor's name, logo and support address as a whole
     * @description For operators with the app role Rollcall.Admin.
     */
    put: operations['saveBranding']
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/settings/retention': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * How long changes and the records of the audit are kept
     * @description For readers: an operator, or a setup link of this tenant.
     */
    get: operations['readRetention']
    /**
     * Saves how long changes, and the records of the audit, are kept; older ones go within hours, and nothing brings them back
     * @description For operators with the app role Rollcall.Admin.
     */
    put: operations['saveRetention']
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/attributes': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Custom attributes, declared and learnt
     * @description For readers: an operator, or a setup link of this tenant.
     */
    get: operations['readAttributes']
    /**
     * Declares custom attributes, as a whole list. Values of one that is taken out stay stored, and show again once it is declared again
     * @description For administrators: Rollcall.Admin, or a setup link of this tenant that may change things.
     */
    put: operations['saveAttributes']
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/roles': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Access roles and the rules that give them
     * @description For readers: an operator, or a setup link of this tenant.
     */
    get: operations['readRoles']
    /**
     * Saves roles and rules as a whole; the roles of people follow within seconds
     * @description For administrators: Rollcall.Admin, or a setup link of this tenant that may change things.
     */
    put: operations['saveRoles']
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/roles/preview': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Who would change from which role to which if these roles and rules were saved. Nothing is stored
     * @description For readers: an operator, or a setup link of this tenant.
     */
    post: operations['previewRoles']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/roles/labels': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    /**
     * Says what the tenant calls its roles, all labels as a whole. The product goes on with the names, and hears nothing of it
     * @description For administrators: Rollcall.Admin, or a setup link of this tenant that may change things.
     */
    put: operations['saveRoleLabels']
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/role-catalogue': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * The roles that the product knows, among which every tenant chooses
     * @description For operators: Rollcall.Admin or Rollcall.Reader.
     */
    get: operations['readRoleCatalogue']
    /**
     * Says which roles the product knows. Tenants keep what they have saved until they save again; new tenants begin with these
     * @description For operators with the app role Rollcall.Admin.
     */
    put: operations['saveRoleCatalogue']
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/role-catalogue': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * The roles that the product knows, and whether the tenant may name others
     * @description For readers: an operator, or a setup link of this tenant.
     */
    get: operations['readKnownRoles']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/roles/inheritance': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    /**
     * Goes back to the roles and rules of the super tenant, which come within seconds; or keeps those of now as its own
     * @description For administrators: Rollcall.Admin, or a setup link of this tenant that may change things.
     */
    put: operations['inheritRoles']
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/connections/{target}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    /**
     * Makes the tenant a super tenant of the other one: it may route groups there. Repeatable
     * @description For operators with the app role Rollcall.Admin.
     */
    put: operations['connectTenant']
    post?: never
    /**
     * Ends a connection: its routes go at once, copies of groups are deleted, copies of people stay in the target as its own, inactive ones. Repeatable
     * @description For operators with the app role Rollcall.Admin.
     */
    delete: operations['disconnectTenant']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/routes': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Which groups are routed to which tenants, and how far that is
     * @description For readers: an operator, or a setup link of this tenant.
     */
    get: operations['readRoutes']
    /**
     * Saves the routes as a whole; copies follow within minutes. A save of the same routes looks at everybody again
     * @description For administrators: Rollcall.Admin, or a setup link of this tenant that may change things.
     */
    put: operations['saveRoutes']
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/routes/preview': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Who would come to which tenant and who would leave if these routes were saved. Nothing is stored
     * @description For readers: an operator, or a setup link of this tenant.
     */
    post: operations['previewRoutes']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/source': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Which super tenant routes people here
     * @description For readers: an operator, or a setup link of this tenant.
     */
    get: operations['readSource']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/conflicts': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * People and groups that the super tenant cannot copy here, since their name is taken
     * @description For readers: an operator, or a setup link of this tenant.
     */
    get: operations['listConflicts']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/conflicts/{id}/adoption': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Lets the super tenant manage whoever has the name here. Id, lock, product id and memberships stay; attributes follow the super tenant within minutes
     * @description For administrators: Rollcall.Admin, or a setup link of this tenant that may change things.
     */
    post: operations['adoptConflict']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/people': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * People with their access roles and the reasons for them
     * @description For readers: an operator, or a setup link of this tenant.
     */
    get: operations['listPeople']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/people/csv': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * People as a table for spreadsheets
     * @description For readers: an operator, or a setup link of this tenant.
     */
    get: operations['downloadPeople']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/people/releases': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * How many people wait for a release. Everybody is looked at for it
     * @description For readers: an operator, or a setup link of this tenant.
     */
    get: operations['countPending']
    put?: never
    /**
     * Lets many Pending people in, or all of them. Repeatable
     * @description For administrators: Rollcall.Admin, or a setup link of this tenant that may change things.
     */
    post: operations['releasePeople']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/people/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * One person
     * @description For readers: an operator, or a setup link of this tenant.
     */
    get: operations['readPerson']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/people/{id}/lock': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    /**
     * Locks the person to the role of now, whatever happens to groups and rules. A Disabled or Pending person cannot be locked
     * @description For administrators: Rollcall.Admin, or a setup link of this tenant that may change things.
     */
    put: operations['lockPerson']
    post?: never
    /**
     * Takes the lock off, also of a person who is Disabled now
     * @description For administrators: Rollcall.Admin, or a setup link of this tenant that may change things.
     */
    delete: operations['unlockPerson']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/people/locks': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Locks many people, each to the role of now, or takes their locks off. Repeatable
     * @description For administrators: Rollcall.Admin, or a setup link of this tenant that may change things.
     */
    post: operations['lockPeople']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/people/{id}/release': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Lets a Pending person in. Repeatable
     * @description For administrators: Rollcall.Admin, or a setup link of this tenant that may change things.
     */
    post: operations['releasePerson']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/people/{id}/release-user-name': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Sets the userName of an inactive person free for somebody new, by renaming the inactive one. Repeatable
     * @description For administrators: Rollcall.Admin, or a setup link of this tenant that may change things.
     */
    post: operations['releaseUserName']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/people/{id}/product-id': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    /**
     * Gives the person the product's own key, another one, or none
     * @description For operators with the app role Rollcall.Admin.
     */
    put: operations['setProductId']
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/groups': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Groups, by name
     * @description For readers: an operator, or a setup link of this tenant.
     */
    get: operations['listGroups']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/groups/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * One group
     * @description For readers: an operator, or a setup link of this tenant.
     */
    get: operations['readGroup']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/groups/{id}/members': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Members of a group, by id
     * @description For readers: an operator, or a setup link of this tenant.
     */
    get: operations['listMembers']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/groups/{id}/members/csv': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Members of a group as a table for spreadsheets
     * @description For readers: an operator, or a setup link of this tenant.
     */
    get: operations['downloadMembers']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/product-ids': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Tells whom the product knows already, before or after the directory sends them. Who has the userName gets the product id, who is nobody yet is created. Repeatable
     * @description For operators with the app role Rollcall.Admin.
     */
    post: operations['preloadProductIds']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/product-keys': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * The product's keys for this tenant, newest first
     * @description For operators: Rollcall.Admin or Rollcall.Reader.
     */
    get: operations['listTenantProductKeys']
    put?: never
    /**
     * Makes a key for the product that opens this tenant
     * @description For operators with the app role Rollcall.Admin.
     */
    post: operations['makeTenantProductKey']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/product-keys/{key}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    /**
     * Revokes one of the product's keys for this tenant
     * @description For operators with the app role Rollcall.Admin.
     */
    delete: operations['revokeTenantProductKey']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/product-keys': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * The product's keys for all tenants, newest first
     * @description For operators: Rollcall.Admin or Rollcall.Reader.
     */
    get: operations['listProductKeys']
    put?: never
    /**
     * Makes a key for the product that opens all tenants
     * @description For operators with the app role Rollcall.Admin.
     */
    post: operations['makeProductKey']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/product-keys/{key}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    /**
     * Revokes one of the product's keys for all tenants
     * @description For operators with the app role Rollcall.Admin.
     */
    delete: operations['revokeProductKey']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/webhooks': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * The endpoints that changes are sent to
     * @description For readers: an operator, or a setup link of this tenant.
     */
    get: operations['listWebhooks']
    put?: never
    /**
     * Sends what happens from now on to a URL
     * @description For administrators: Rollcall.Admin, or a setup link of this tenant that may change things.
     */
    post: operations['createWebhook']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/webhooks/{webhook}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * One endpoint
     * @description For readers: an operator, or a setup link of this tenant.
     */
    get: operations['readWebhook']
    put?: never
    post?: never
    /**
     * Removes an endpoint with its secrets and all that waits for it
     * @description For administrators: Rollcall.Admin, or a setup link of this tenant that may change things.
     */
    delete: operations['removeWebhook']
    options?: never
    head?: never
    /**
     * Changes, pauses or resumes an endpoint. Resumed, it goes on where it was
     * @description For administrators: Rollcall.Admin, or a setup link of this tenant that may change things.
     */
    patch: operations['changeWebhook']
    trace?: never
  }
  '/api/manage/tenants/{tenant}/webhooks/{webhook}/secrets': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Makes another signing secret. For 24 hours each delivery is signed by the one before as well
     * @description For administrators: Rollcall.Admin, or a setup link of this tenant that may change things.
     */
    post: operations['addWebhookSecret']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/webhooks/{webhook}/secrets/{number}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    /**
     * Ends the older of two signing secrets before its time
     * @description For administrators: Rollcall.Admin, or a setup link of this tenant that may change things.
     */
    delete: operations['removeWebhookSecret']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/webhooks/{webhook}/test': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Sends an event webhook.test now, once, also to a paused endpoint, and tells what came of it
     * @description For administrators: Rollcall.Admin, or a setup link of this tenant that may change things.
     */
    post: operations['testWebhook']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/webhooks/{webhook}/replay': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Sends every wanted record behind a number again, under the same ids
     * @description For administrators: Rollcall.Admin, or a setup link of this tenant that may change things.
     */
    post: operations['replayWebhook']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/webhooks/{webhook}/deliveries': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * The last 200 failed tries, newest first. The endpoint itself tells the last success
     * @description For readers: an operator, or a setup link of this tenant.
     */
    get: operations['listWebhookFailures']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/webhooks/{webhook}/parked': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Records that were given up after three days of tries, oldest first
     * @description For readers: an operator, or a setup link of this tenant.
     */
    get: operations['listParkedDeliveries']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/webhooks/{webhook}/parked/{seq}/retry': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Tries a parked record again, for another three days
     * @description For administrators: Rollcall.Admin, or a setup link of this tenant that may change things.
     */
    post: operations['retryParkedDelivery']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/equipment': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Equipment that people have
     * @description For readers: an operator, or a setup link of this tenant.
     */
    get: operations['listEquipment']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/equipment/{assetTag}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    /**
     * Gives an item to a person, whoever had it before. Who is disabled already may get it: the feed tells equipment.held at once
     * @description For administrators: Rollcall.Admin, or a setup link of this tenant that may change things.
     */
    put: operations['saveEquipment']
    post?: never
    /**
     * Notes that the item was given back. When it was the last one of a disabled or deleted person, the feed tells equipment.returned
     * @description For administrators: Rollcall.Admin, or a setup link of this tenant that may change things.
     */
    delete: operations['returnEquipment']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/equipment/import': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Gives the items of a list to people, as JSON or CSV. Items that the list does not name stay as they are. Repeatable
     * @description For administrators: Rollcall.Admin, or a setup link of this tenant that may change things.
     */
    post: operations['importEquipment']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/equipment/disabled-holders': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Disabled and deleted people who still have equipment
     * @description For readers: an operator, or a setup link of this tenant.
     */
    get: operations['listDisabledHolders']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/equipment/disabled-holders/csv': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Disabled and deleted people who still have equipment, as a table for spreadsheets
     * @description For readers: an operator, or a setup link of this tenant.
     */
    get: operations['downloadDisabledHolders']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/settings/equipment-report': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * When the feed tells of disabled people who have equipment
     * @description For readers: an operator, or a setup link of this tenant.
     */
    get: operations['readEquipmentSchedule']
    /**
     * Saves when the feed tells of disabled people who have equipment: a record equipment.report, unless there is nobody to tell of
     * @description For administrators: Rollcall.Admin, or a setup link of this tenant that may change things.
     */
    put: operations['saveEquipmentSchedule']
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/people/{id}/erase': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Erases a person, also one whom the directory has deleted: who is still there is deleted, and all records lose their values. Nothing brings it back
     * @description For operators with the app role Rollcall.Admin.
     */
    post: operations['erasePerson']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/manage/tenants/{tenant}/export': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Everything of the tenant but its secrets, a JSON object on each line
     * @description For administrators: Rollcall.Admin, or a setup link of this tenant that may change things.
     */
    get: operations['exportTenant']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
}
export type webhooks = Record<string, never>
export interface components {
  schemas: {
    Assignee:
      | {
          id: string
        }
      | {
          productId: string
        }
      | {
          userName: string
        }
      | string
    Attribute: {
      /** @enum {string} */
      type: 'User' | 'Group'
      urn: string
      name: string
      caseExact?: boolean
      canonicalValues?: string[]
      description?: string
      /** @enum {string} */
      valueType: 'string' | 'boolean' | 'decimal' | 'integer' | 'dateTime' | 'reference' | 'binary' | 'complex'
      /** @default false */
      multiValued: boolean
      /** @enum {string} */
      mutability?: 'readWrite' | 'immutable'
      /** @enum {string} */
      returned?: 'default' | 'request'
      sensitive?: boolean
      subAttributes?: {
        name: string
        caseExact?: boolean
        canonicalValues?: string[]
        description?: string
        /** @enum {string} */
        valueType: 'string' | 'boolean' | 'decimal' | 'integer' | 'dateTime' | 'reference' | 'binary'
      }[]
    }
    Attributes: {
      /**
       * Format: int64
       * @description As read: a save under an older version is refused with 412
       */
      version: number
      declared: components['schemas']['Attribute'][]
      /** @description Sent by the directory without being declared, kept as text. To declare one, save it in `declared`. */
      learnt: components['schemas']['Attribute'][]
    }
    AuditRecord: {
      id: string
      /**
       * Format: date-time
       * @description In UTC
       */
      time: string
      /**
       * @description unknown: a newer version of the service recorded it
       * @enum {string}
       */
      action:
        | 'tenant.created'
        | 'tenant.changed'
        | 'tenant.deleted'
        | 'tenant.connected'
        | 'tenant.disconnected'
        | 'token.created'
        | 'token.revoked'
        | 'clientSecret.created'
        | 'clientSecret.deleted'
        | 'trust.created'
        | 'trust.deleted'
        | 'signIn.saved'
        | 'link.created'
        | 'link.revoked'
        | 'session.started'
        | 'session.ended'
        | 'productKey.created'
        | 'productKey.revoked'
        | 'webhook.created'
        | 'webhook.changed'
        | 'webhook.removed'
        | 'webhook.replayed'
        | 'webhook.retried'
        | 'webhookSecret.created'
        | 'webhookSecret.ended'
        | 'settings.saved'
        | 'attributes.saved'
        | 'roles.saved'
        | 'roleLabels.saved'
        | 'roleInheritance.saved'
        | 'roleCatalogue.saved'
        | 'routes.saved'
        | 'conflict.adopted'
        | 'lock.changed'
        | 'person.released'
        | 'person.erased'
        | 'userName.released'
        | 'productId.changed'
        | 'equipment.changed'
        | 'capture.changed'
        | 'capture.erased'
        | 'data.exported'
        | 'data.imported'
        | 'unknown'
      by: {
        /**
         * @description link: somebody with a setup link. cli: an operator’s command. service: Rollcall, as somebody set it before
         * @enum {string}
         */
        kind: 'operator' | 'link' | 'product' | 'cli' | 'service' | 'unknown'
        /** @description Object id in Entra ID of an operator, or of a command; id of a link or of a key */
        id?: string
        name: string
      }
      /** @description Which tenant it was done to, in the list of what is done to all */
      tenant?: string
      /** @description Id of what it was done to */
      subject?: string
      /** @description What people called it then */
      label?: string
      /** @description What was, of that alone which differs. Never a secret */
      before?: {
        [key: string]: unknown
      }
      /** @description What is */
      after?: {
        [key: string]: unknown
      }
      /** @description The invocation that did it: its lines of log have it too */
      correlationId?: string
    }
    Capture: {
      /** @enum {string} */
      state: 'on' | 'off'
      /**
       * Format: date-time
       * @description Of the last capture, for a day after it
       */
      since?: string
      /**
       * Format: date-time
       * @description When it ends by itself, or ended
       */
      until?: string
      by?: string
      /** @description Absent: all requests. Without id: nobody had that userName */
      person?: {
        id?: string
        userName?: string
      }
      /**
       * @description full: it held as much as it may
       * @enum {string}
       */
      ended?: 'off' | 'full'
    }
    Claim: {
      claim: string
      expected: string
      /** @description Absent: the assertion does not have it */
      seen?: string
      fits: boolean
    }
    ClientSecret: {
      id: string
      label: string
      /** @description Its last four characters */
      lastFour: string
      /**
       * Format: date-time
       * @description In UTC
       */
      created: string
      /**
       * Format: date-time
       * @description In UTC
       */
      expires: string
      /**
       * Format: date-time
       * @description By itself or by an access token that it gave, to the minute; absent: never seen
       */
      lastUsed?: string
      /**
       * @description At most 5 are live
       * @enum {string}
       */
      state: 'live' | 'expired'
      /** @description Such as: expires in 6 days */
      warning?: string
    }
    Connection: {
      tenant: string
      name: string
      /**
       * @description failing: it could not be written to, and is tried again; ending: the copies leave
       * @enum {string}
       */
      state: 'live' | 'ending' | 'failing'
      /** @description Those who left and were disabled are among them */
      copies: {
        /** Format: int64 */
        people: number
        /** Format: int64 */
        groups: number
        /** @description There are more: at most 1,000 are counted */
        more: boolean
      }
      /**
       * Format: int64
       * @description Names that somebody in the target has already; its administrator sees whose
       */
      conflicts: number
    }
    Equipment: {
      assetTag: string
      model: string
      serial: string
      /** @description Day from which the assignee has it */
      since: string
      assignee: {
        id: string
        /** @description As last known for a deleted person; empty once the person was erased */
        name: string
        userName: string
        productId?: string
        /** @enum {string} */
        state: 'active' | 'disabled' | 'deleted'
      }
    }
    EquipmentSchedule: {
      /**
       * Format: int64
       * @description As read: a save under an older version is refused with 412
       */
      version: number
      /** @description null: no report */
      everyDays: number | null
      /** @description Hour of the day in UTC from which it is made */
      hourUtc: number
    }
    Erasure: {
      id: string
      /**
       * @description erasing: the rest follows within minutes, and the record person.erased tells when
       * @enum {string}
       */
      state: 'erased' | 'erasing'
    }
    /** @enum {string} */
    EventType:
      | '*'
      | 'user.created'
      | 'user.updated'
      | 'user.deleted'
      | 'group.created'
      | 'group.updated'
      | 'group.deleted'
      | 'role.changed'
      | 'lock.changed'
      | 'person.released'
      | 'person.replaced'
      | 'person.unlinked'
      | 'person.erased'
      | 'person.adopted'
      | 'group.adopted'
      | 'product.linked'
      | 'product.unlinked'
      | 'rules.saved'
      | 'routes.saved'
      | 'token.expiring'
      | 'clientSecret.expiring'
      | 'health.changed'
      | 'equipment.held'
      | 'equipment.returned'
      | 'equipment.report'
      | 'capture.changed'
    GroupSuggestion: {
      groupId: string
      displayName: string
    }
    Lock: {
      role: string
      /** @description What the tenant calls the role, where it has given it a label. The product does not see it */
      label?: string
      by: string
      /**
       * Format: date-time
       * @description In UTC
       */
      at: string
    }
    MatchingChoice: {
      /** @enum {string} */
      type: 'User' | 'Group'
      /** @description Such as employeeNumber of the enterprise extension, with its URN: urn:…:enterprise:2.0:User:employeeNumber */
      path: string
    }
    NewProductKey: {
      id: string
      label: string
      /** @description What the key may do */
      scopes: ('people:read' | 'changes:read' | 'product-id:write' | 'person:erase')[]
      /** @description The last characters of the key */
      lastFour: string
      /** @description Who made it */
      by: string
      /**
       * Format: date-time
       * @description In UTC
       */
      created: string
      /**
       * Format: date-time
       * @description Absent for a key that does not expire
       */
      expires?: string
      /**
       * Format: date-time
       * @description In UTC
       */
      revoked?: string
      /** @enum {string} */
      state: 'live' | 'expired' | 'revoked'
      /** @description The key itself, shown this once */
      value: string
    }
    Person: {
      id: string
      userName: string
      displayName?: string
      /** @description The primary address, else the one for work, else the first */
      email?: string
      active: boolean
      /** @description Disabled and Pending are reserved for the inactive and for those who wait for a release */
      role: string
      /** @description What the tenant calls the role, where it has given it a label. The product does not see it */
      label?: string
      /** @description Whether the role lets the person into the product */
      grantsAccess: boolean
      reason: components['schemas']['Reason']
      lock?: components['schemas']['Lock']
      productId?: string
      /** @description Waits for a release */
      staged: boolean
      /** @description Of a copy: the super tenant that manages it */
      managedBy?: components['schemas']['TenantName']
      /**
       * Format: date-time
       * @description In UTC
       */
      lastModified: string
    }
    Problem: {
      /** @description `urn:rollcall:problem:` and the kind */
      type: string
      title: string
      /** Format: int64 */
      status: number
      /** @description What to change, for people */
      detail: string
      errors?: {
        /** @description JSON Pointer into the body, or the parameter */
        path: string
        detail: string
      }[]
      /** @description Of `needs-confirmation`: the value of the parameter `confirm` with which it is done */
      confirm?: string
      /** @description Of `needs-confirmation`: what is lost by it */
      harm?: string
    }
    ProductKey: {
      id: string
      label: string
      /** @description What the key may do */
      scopes: ('people:read' | 'changes:read' | 'product-id:write' | 'person:erase')[]
      /** @description The last characters of the key */
      lastFour: string
      /** @description Who made it */
      by: string
      /**
       * Format: date-time
       * @description In UTC
       */
      created: string
      /**
       * Format: date-time
       * @description Absent for a key that does not expire
       */
      expires?: string
      /**
       * Format: date-time
       * @description In UTC
       */
      revoked?: string
      /** @enum {string} */
      state: 'live' | 'expired' | 'revoked'
    }
    ProductKeyWanted: {
      /** @description Where the key is used, so that people find it again */
      label: string
      /** @description What the key may do */
      scopes: ('people:read' | 'changes:read' | 'product-id:write' | 'person:erase')[]
      /** @description After how many days it expires; never unless given */
      days?: number
    }
    Reason: {
      /** @enum {string} */
      kind: 'inactive' | 'staged' | 'locked' | 'rule' | 'default' | 'deleted'
      words: string
      /** @description Who set the lock */
      by?: string
      /**
       * Format: date-time
       * @description When the lock was set
       */
      at?: string
      /** @description The role without the lock */
      would?: string
      ruleId?: string
      /** @enum {string} */
      ruleKind?: 'group' | 'appRole' | 'attribute'
      groupId?: string
      groupName?: string
      appRole?: string
      attribute?: string
      value?: string
      /** @description Rules further down that match as well, the first ten */
      others?: components['schemas']['RuleMatch'][]
      /**
       * Format: int64
       * @description How many more match
       */
      more?: number
    }
    Retention: {
      /**
       * Format: int64
       * @description As read: a save under an older version is refused with 412
       */
      version: number
      /** @description How long the records of the change feed are kept */
      retentionDays: number
      /** @description How long it is kept who changed what in the administration */
      auditDays: number
    }
    RoleCatalogue: {
      /**
       * Format: int64
       * @description As read: a save under an older version is refused with 412
       */
      version: number
      /** @description In the order in which they are offered */
      roles: {
        name: string
        /** @description What it allows in the product, for the customer who chooses it */
        description: string
        /** @description Whether who has it may enter the product */
        grantsAccess: boolean
      }[]
      /** @description Whether tenants may name roles of their own */
      freeText: boolean
    }
    RoleLabel: {
      role: string
      label: string
    }
    Roles: {
      /**
       * Format: int64
       * @description As read: a save under an older version is refused with 412
       */
      version: number
      /** @description The super tenant whose roles and rules these are, until some are saved here */
      inheritedFrom?: components['schemas']['TenantName']
      /** @description The super tenant that routes people here, while these are roles and rules of the tenant itself */
      canInheritFrom?: components['schemas']['TenantName']
      roles: string[]
      /** @description Those of the roles that let people into the product. No other role does */
      grantsAccess: string[]
      /** @description What the tenant calls those of the roles that it has given a label. The product does not see them */
      labels: components['schemas']['RoleLabel'][]
      defaultRole: string
      /** @description In the order in which they are tried: the first that holds for the person gives the role */
      rules: components['schemas']['Rule'][]
    }
    Route: {
      id: string
      groupId: string
      /** @description As the group is called now; the last name of a group that is gone */
      groupName: string
      groupExternalId?: string
      /** @description The group is gone, so nothing comes of it */
      broken: boolean
      /** @description For a group that is gone: one of the same name. Whether it is the same group, a person has to know */
      suggestion?: components['schemas']['GroupSuggestion']
      /** @description Where the group and its members are copied to */
      tenant: string
    }
    RouteSent: {
      /** @description Made when absent */
      id?: string
      groupId: string
      /** @description One that an operator has connected */
      tenant: string
      /** @description Ignored: read from the group. Here so that what was read can be sent back */
      groupName?: unknown
      /** @description Ignored: read from the group. Here so that what was read can be sent back */
      groupExternalId?: unknown
      /** @description Ignored: read from the group. Here so that what was read can be sent back */
      broken?: unknown
      /** @description Ignored: read from the group. Here so that what was read can be sent back */
      suggestion?: unknown
    }
    Routes: {
      /**
       * Format: int64
       * @description As read: a save under an older version is refused with 412
       */
      version: number
      /**
       * @description What becomes of a copy when the person leaves the last group that is routed there. A deleted copy comes back as somebody new
       * @enum {string}
       */
      onLeave: 'disable' | 'delete'
      routes: components['schemas']['Route'][]
      /** @description The tenants that an operator has connected */
      connections: components['schemas']['Connection'][]
      /** @description Of the records of the feed: the last one that is in all copies, and how many are not yet */
      reader?: {
        /** Format: int64 */
        applied: number
        /** Format: int64 */
        behind: number
      }
    }
    Rule:
      | {
          /** @constant */
          kind: 'group'
          id: string
          role: string
          /** @description What the tenant calls the role, where it has given it a label. The product does not see it */
          label?: string
          groupId: string
          /** @description As the group is called now; the last name of a group that is gone */
          groupName: string
          groupExternalId?: string
          /** @description The group is gone, so nothing comes of it */
          broken: boolean
          /** @description For a group that is gone: one of the same name. Whether it is the same group, a person has to know */
          suggestion?: components['schemas']['GroupSuggestion']
        }
      | {
          /** @constant */
          kind: 'appRole'
          id: string
          role: string
          /** @description What the tenant calls the role, where it has given it a label. The product does not see it */
          label?: string
          /** @description Value of the app role in Entra ID, as `roles` or `entitlements` of a person has it; letter case does not count */
          appRole: string
        }
      | {
          /** @constant */
          kind: 'attribute'
          id: string
          role: string
          /** @description What the tenant calls the role, where it has given it a label. The product does not see it */
          label?: string
          /** @description Spelled in full, as in `urn:…:User:department` */
          attribute: string
          /** @description The text that the attribute has to have */
          value: string
          /** @description Whether letter case counts, as the schema said when the rule was saved */
          caseExact: boolean
        }
    RuleMatch: {
      ruleId: string
      /** @enum {string} */
      ruleKind: 'group' | 'appRole' | 'attribute'
      groupId?: string
      groupName?: string
      appRole?: string
      attribute?: string
      value?: string
      role: string
      /** @description What the tenant calls the role, where it has given it a label. The product does not see it */
      label?: string
    }
    RuleSent:
      | {
          /**
           * @description What a rule is unless it says otherwise
           * @constant
           */
          kind?: 'group'
          /** @description Made when absent */
          id?: string
          role: string
          /** @description Ignored: saved by itself. Here so that what was read can be sent back */
          label?: unknown
          groupId: string
          /** @description Ignored: read from the group. Here so that what was read can be sent back */
          groupName?: unknown
          /** @description Ignored: read from the group. Here so that what was read can be sent back */
          groupExternalId?: unknown
          /** @description Ignored: read from the group. Here so that what was read can be sent back */
          broken?: unknown
          /** @description Ignored: read from the group. Here so that what was read can be sent back */
          suggestion?: unknown
        }
      | {
          /** @constant */
          kind: 'appRole'
          /** @description Made when absent */
          id?: string
          role: string
          /** @description Ignored: saved by itself. Here so that what was read can be sent back */
          label?: unknown
          /** @description Value of the app role in Entra ID, as `roles` or `entitlements` of a person has it; letter case does not count */
          appRole: string
        }
      | {
          /** @constant */
          kind: 'attribute'
          /** @description Made when absent */
          id?: string
          role: string
          /** @description Ignored: saved by itself. Here so that what was read can be sent back */
          label?: unknown
          /** @description An attribute of people that holds one text and is shown, such as `userType`, `department`, `urn:…:User:costCode` */
          attribute: string
          /** @description The text that the attribute has to have */
          value: string
          /** @description Ignored: read from the schema. Here so that what was read can be sent back */
          caseExact?: unknown
        }
    Settings: {
      /**
       * Format: int64
       * @description As read: a save under an older version is refused with 412
       */
      version: number
      /** @description Holds requests to the letter of the RFCs, and learns no attributes from them */
      strict: boolean
      /**
       * @description Where the access roles are listed to the directory, as Okta finds what it may assign
       * @enum {string}
       */
      roleEndpoint: 'none' | 'Roles' | 'Entitlements'
      /** @description Whether people who are provisioned from now on are Pending until they are released */
      staging: boolean
      /** @description Attributes that a filter finds people and groups by as fast as by userName */
      matching: {
        /** @enum {string} */
        type: 'User' | 'Group'
        /** @description Such as employeeNumber of the enterprise extension, with its URN: urn:…:enterprise:2.0:User:employeeNumber */
        path: string
        /** @description Whether everybody is in the index yet */
        ready: boolean
      }[]
      /** @description Set by the operator */
      branding: {
        /** @description Name of the product or vendor */
        displayName?: string
        /** @description A data: URL of a PNG, JPEG or WebP image */
        logo?: string
        /** @description Where people find help: an e-mail address or an https URL */
        supportAddress?: string
      }
      /** @description Set by the operator */
      paused: boolean
    }
    SignIn: {
      /** Format: uri */
      tenantUrl: string
      /** @description Goes into Entra ID as Client identifier */
      clientId: string
      /**
       * Format: uri
       * @description Goes into Entra ID as Token endpoint
       */
      tokenEndpoint: string
      /**
       * Format: uri
       * @description Where a client finds the token endpoint (RFC 8414)
       */
      metadata: string
      /** @description How long an access token lives. One that an assertion gives ends with the assertion */
      accessTokenMinutes: number
      bearer: {
        /** @description Whether Secret Tokens open the tenant */
        enabled: boolean
        /**
         * Format: date-time
         * @description Of the Secret Token used last; absent: never seen
         */
        lastUsed?: string
      }
      secrets: components['schemas']['ClientSecret'][]
      trusts: components['schemas']['Trust'][]
      /** @description The last assertion that was refused; of many, an instance keeps two a minute */
      lastRefused?: {
        /** @description Why not */
        reason?: string
        /** @description Beside the trusted identity that it comes nearest to; none where nobody is trusted */
        claims: components['schemas']['Claim'][]
        /**
         * Format: date-time
         * @description In UTC
         */
        time: string
      }
    }
    Tenant: {
      /** @description Part of the Tenant URL; never changes and never returns */
      slug: string
      /** @description What people call the customer */
      name: string
      /**
       * Format: date-time
       * @description In UTC; absent for a tenant that is older than this
       */
      created?: string
      /**
       * Format: uri
       * @description Goes into Entra ID
       */
      tenantUrl: string
      /** @description Whether the readers of changes are held: roles are not announced, webhooks and routes wait */
      paused: boolean
    }
    TenantName: {
      slug: string
      name: string
    }
    Trust: {
      id: string
      label: string
      issuer: string
      subject: string
      /** @description The Entra ID tenant, which the issuer names */
      tenantId: string
      audiences: string[]
      /**
       * Format: date-time
       * @description In UTC
       */
      created: string
      /**
       * Format: date-time
       * @description By an assertion or by an access token that one gave; absent: never seen
       */
      lastUsed?: string
    }
    Webhook: {
      id: string
      url: string
      label: string
      /** @description Types of records to send; * for all, also those that come to be later */
      events: components['schemas']['EventType'][]
      /**
       * @description failing: the last tries all failed. paused: by people, or because the receiver answered 410
       * @enum {string}
       */
      state: 'active' | 'failing' | 'paused'
      /** @description It was paused because the receiver answered 410 */
      gone: boolean
      /**
       * Format: date-time
       * @description In UTC
       */
      created: string
      /** @description Who made it */
      by: string
      /**
       * @description What an operator made, only an operator may change
       * @enum {string}
       */
      owner: 'operator' | 'customer'
      /** @description Those that sign now, by number. Never a secret itself */
      secrets: components['schemas']['WebhookSecret'][]
      /** @description The last successful delivery */
      delivered?: {
        /**
         * Format: date-time
         * @description In UTC
         */
        time: string
        /** Format: int64 */
        status: number
        /** Format: int64 */
        ms: number
      }
      /**
       * Format: date-time
       * @description In UTC
       */
      failingSince?: string
      /**
       * Format: int64
       * @description Every record up to this number was sent, waits or is parked
       */
      seq: number
      /**
       * Format: int64
       * @description People and groups whose records wait for another try
       */
      waiting: number
    }
    WebhookSecret: {
      /** Format: int64 */
      number: number
      /**
       * Format: date-time
       * @description In UTC
       */
      created: string
      /**
       * Format: date-time
       * @description From then on it signs nothing; absent for the newest
       */
      ends?: string
    }
  }
  responses: {
    /** @description Refused. */
    Problem: {
      headers: {
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem']
      }
    }
  }
  parameters: never
  requestBodies: never
  headers: never
  pathItems: never
}
export type $defs = Record<string, never>
export interface operations {
  readOpenApi: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OpenAPI 3.1 */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            openapi: string
          } & {
            [key: string]: unknown
          }
        }
      }
      400: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  readSession: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The session */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @enum {string} */
            kind: 'operator' | 'link'
            /** @enum {string} */
            role: 'admin' | 'reader'
            /** @description Changes are recorded under it */
            name: string
            /** @description The kinds of operations that are open */
            may: ('tenantReader' | 'tenantAdmin' | 'operatorReader' | 'operatorAdmin')[]
            /** @description The one that a setup link opens; an operator may use all */
            tenant?: {
              slug: string
              name: string
              /** Format: uri */
              tenantUrl: string
            }
            /**
             * Format: date-time
             * @description Of a session from a setup link
             */
            expires?: string
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  startSession: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          /** @description What stands behind `#link=` in the address */
          link: string
        }
      }
    }
    responses: {
      /** @description The session */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @enum {string} */
            kind: 'operator' | 'link'
            /** @enum {string} */
            role: 'admin' | 'reader'
            /** @description Changes are recorded under it */
            name: string
            /** @description The kinds of operations that are open */
            may: ('tenantReader' | 'tenantAdmin' | 'operatorReader' | 'operatorAdmin')[]
            /** @description The one that a setup link opens; an operator may use all */
            tenant?: {
              slug: string
              name: string
              /** Format: uri */
              tenantUrl: string
            }
            /**
             * Format: date-time
             * @description Of a session from a setup link
             */
            expires?: string
            /** @description Send it as Authorization: Bearer */
            token: string
          }
        }
      }
      400: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  endSession: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Ended */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  listTenants: {
    parameters: {
      query?: {
        limit?: number
        after?: string
        search?: string
        health?: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description A page of tenants */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              /** @description Part of the Tenant URL; never changes and never returns */
              slug: string
              /** @description What people call the customer */
              name: string
              /**
               * Format: date-time
               * @description In UTC; absent for a tenant that is older than this
               */
              created?: string
              /**
               * Format: uri
               * @description Goes into Entra ID
               */
              tenantUrl: string
              /** @description As it was judged within the last minutes; absent until the first time. `GET …/health` judges anew */
              health?: {
                /** @enum {string} */
                state: 'never connected' | 'ok' | 'late' | 'failing' | 'silent'
                /**
                 * Format: date-time
                 * @description When it began, as far as can be told
                 */
                since: string
                /** @description Whether Entra ID has reason to have slowed down to about once a day */
                likelyQuarantine: boolean
              }
            }[]
            next?: string
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  createTenant: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          /** @description Part of the Tenant URL; never changes and never returns */
          slug: string
          /** @description What people call the customer; the slug unless given */
          name?: string
        }
      }
    }
    responses: {
      /** @description Made */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Tenant']
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  readTenant: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The tenant */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Tenant']
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  deleteTenant: {
    parameters: {
      query?: {
        confirm?: string
      }
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Deleted: no instance lets anybody in after 30 seconds. Tokens and stored data go within three minutes. The slug never returns. */
      202: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  changeTenant: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          /** @description What people call the customer */
          name?: string
          /** @description true holds the readers while SCIM goes on; what happens meanwhile is told in order after false */
          paused?: boolean
        }
      }
    }
    responses: {
      /** @description Changed */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Tenant']
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  listLinks: {
    parameters: {
      query?: {
        limit?: number
        after?: string
      }
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description A page of links */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              id: string
              /**
               * @description admin may change the tenant, reader may look
               * @enum {string}
               */
              role: 'admin' | 'reader'
              /** @description Whom the link is for. Changes made with it name it */
              label: string
              /** @description Who made it */
              by: string
              /**
               * Format: date-time
               * @description In UTC
               */
              created: string
              /**
               * Format: date-time
               * @description In UTC
               */
              expires: string
              /** @enum {string} */
              state: 'live' | 'expired' | 'revoked'
              /** @description It gives one session; `uses` above 0 means that it had it */
              singleUse: boolean
              /**
               * Format: int64
               * @description How many sessions were started with it
               */
              uses: number
              /**
               * Format: date-time
               * @description When the last one was started
               */
              lastUsed?: string
            }[]
            next?: string
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  createLink: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          /**
           * @description admin may change the tenant, reader may look
           * @enum {string}
           */
          role: 'admin' | 'reader'
          /**
           * @description How long it works. One made by the holder of a link ends with that link at the latest
           * @default 14
           */
          days?: number
          /** @description Whom the link is for. Changes made with it name it */
          label: string
          /**
           * @description It gives one session and no more: who has to open it again needs another link
           * @default false
           */
          singleUse?: boolean
        }
      }
    }
    responses: {
      /** @description Made. The address is shown this once */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            id: string
            /**
             * @description admin may change the tenant, reader may look
             * @enum {string}
             */
            role: 'admin' | 'reader'
            /** @description Whom the link is for. Changes made with it name it */
            label: string
            /** @description Who made it */
            by: string
            /**
             * Format: date-time
             * @description In UTC
             */
            created: string
            /**
             * Format: date-time
             * @description In UTC
             */
            expires: string
            /** @enum {string} */
            state: 'live' | 'expired' | 'revoked'
            /** @description It gives one session; `uses` above 0 means that it had it */
            singleUse: boolean
            /**
             * Format: int64
             * @description How many sessions were started with it
             */
            uses: number
            /**
             * Format: date-time
             * @description When the last one was started
             */
            lastUsed?: string
            /**
             * Format: uri
             * @description For the person it is made for, and nobody else
             */
            url: string
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  revokeLink: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
        link: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Revoked */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  listTokens: {
    parameters: {
      query?: {
        limit?: number
        after?: string
      }
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description A page of tokens */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              /** @description The version in the vault */
              id: string
              /** @description What people call it */
              label?: string
              /** @description Its last four characters; absent where they would give away much of it */
              lastFour?: string
              /**
               * Format: date-time
               * @description In UTC
               */
              created?: string
              /**
               * Format: date-time
               * @description In UTC
               */
              expires?: string
              /**
               * Format: date-time
               * @description To the minute; absent: never seen
               */
              lastUsed?: string
              /**
               * @description At most 5 are live
               * @enum {string}
               */
              state: 'live' | 'expired' | 'revoked' | 'notYetValid'
              /** @description The token that this one takes over from */
              replaces?: string
              /** @description The version in the vault */
              replacedBy?: string
              /**
               * Format: date-time
               * @description Revoked then by itself: the token that replaces it was seen in use an hour before
               */
              retiresAt?: string
              /** @description Such as: expires in 6 days */
              warning?: string
            }[]
            next?: string
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  createToken: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          /** @description What people call it */
          label?: string
          /**
           * @description How long it is valid
           * @default 365
           */
          days?: number
          /** @description Both work until an hour after the new token is first used; then the old one is revoked by itself */
          replaces?: string
        }
      }
    }
    responses: {
      /** @description Made. The value is shown this once */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @description The version in the vault */
            id: string
            /** @description What people call it */
            label?: string
            /** @description Its last four characters; absent where they would give away much of it */
            lastFour?: string
            /**
             * Format: date-time
             * @description In UTC
             */
            created?: string
            /**
             * Format: date-time
             * @description In UTC
             */
            expires?: string
            /**
             * Format: date-time
             * @description To the minute; absent: never seen
             */
            lastUsed?: string
            /**
             * @description At most 5 are live
             * @enum {string}
             */
            state: 'live' | 'expired' | 'revoked' | 'notYetValid'
            /** @description The token that this one takes over from */
            replaces?: string
            /** @description The version in the vault */
            replacedBy?: string
            /**
             * Format: date-time
             * @description Revoked then by itself: the token that replaces it was seen in use an hour before
             */
            retiresAt?: string
            /** @description Such as: expires in 6 days */
            warning?: string
            /** @description Goes into Entra ID as Secret Token */
            value: string
            /**
             * Format: uri
             * @description Goes into Entra ID beside it
             */
            tenantUrl: string
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  revokeToken: {
    parameters: {
      query?: {
        confirm?: 'used'
      }
      header?: never
      path: {
        tenant: string
        token: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Revoked */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  readSignIn: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The ways to sign in */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['SignIn']
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  saveSignIn: {
    parameters: {
      query?: {
        confirm?: 'used'
      }
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          bearer?: boolean
          /** @description How long an access token lives. One that an assertion gives ends with the assertion */
          accessTokenMinutes?: number
        }
      }
    }
    responses: {
      /** @description Saved */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['SignIn']
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  createClientSecret: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          label?: string
          /**
           * @description How long it is valid
           * @default 365
           */
          days?: number
        }
      }
    }
    responses: {
      /** @description Made. The value is shown this once */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            id: string
            label: string
            /** @description Its last four characters */
            lastFour: string
            /**
             * Format: date-time
             * @description In UTC
             */
            created: string
            /**
             * Format: date-time
             * @description In UTC
             */
            expires: string
            /**
             * Format: date-time
             * @description By itself or by an access token that it gave, to the minute; absent: never seen
             */
            lastUsed?: string
            /**
             * @description At most 5 are live
             * @enum {string}
             */
            state: 'live' | 'expired'
            /** @description Such as: expires in 6 days */
            warning?: string
            /** @description Goes into Entra ID as Client Secret */
            value: string
            /** @description Goes into Entra ID as Client identifier */
            clientId: string
            /**
             * Format: uri
             * @description Goes into Entra ID as Token endpoint
             */
            tokenEndpoint: string
            /**
             * Format: uri
             * @description Goes into Entra ID as Tenant URL
             */
            tenantUrl: string
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  deleteClientSecret: {
    parameters: {
      query?: {
        confirm?: 'used'
      }
      header?: never
      path: {
        tenant: string
        secret: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Deleted */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  createTrust: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          label: string
          /** @description As Entra ID shows it: https://login.microsoftonline.com/<tenant id>/v2.0 */
          issuer: string
          /** @description As Entra ID shows it: an object id */
          subject: string
          /** @description As Entra ID shows it; an application id also comes without the api:// before it, so give both */
          audiences: string[]
        }
      }
    }
    responses: {
      /** @description Trusted from now on */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Trust']
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  deleteTrust: {
    parameters: {
      query?: {
        confirm?: 'used'
      }
      header?: never
      path: {
        tenant: string
        trust: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Removed */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  explainAssertion: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          assertion: string
        }
      }
    }
    responses: {
      /** @description What was expected and what came */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            accepted: boolean
            /** @description Why not */
            reason?: string
            /** @description Beside the trusted identity that it comes nearest to; none where nobody is trusted */
            claims: components['schemas']['Claim'][]
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  readConnection: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The connection */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /**
             * Format: uri
             * @description Goes into Entra ID
             */
            tenantUrl: string
            /**
             * Format: date-time
             * @description Of a SCIM request with a valid token, to the minute; absent: none yet
             */
            lastRequest?: string
            /**
             * Format: date-time
             * @description Of Test Connection, which Entra ID also sends before each cycle
             */
            lastProbe?: string
            lastUsedToken?: {
              /**
               * @description A Secret Token, or what gave the access token
               * @enum {string}
               */
              kind: 'token' | 'clientSecret' | 'trust'
              id: string
              label?: string
              lastFour?: string
              /**
               * Format: date-time
               * @description In UTC
               */
              lastUsed: string
            }
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  listRefusals: {
    parameters: {
      query?: {
        limit?: number
        after?: string
        since?: string
      }
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description A page of refusals */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              /**
               * Format: date-time
               * @description Its begin
               */
              minute: string
              /**
               * Format: date-time
               * @description When the last one of them came
               */
              last: string
              /** Format: int64 */
              count: number
              /**
               * Format: int64
               * @description 401 for a token that does not open the tenant
               */
              status: number
              /** @description Such as expired, or the scimType or status of the answer */
              reason: string
              /** @description Of a token that was recognised */
              lastFour?: string
              /** @description The function that refused */
              operation: string
              /** @description What happened, and what to do about it */
              text: string
            }[]
            next?: string
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  listActivity: {
    parameters: {
      query?: {
        limit?: number
        after?: string
        person?: string
        group?: string
        kind?: 'person' | 'group' | 'role' | 'settings' | 'equipment' | 'connection' | 'administration' | 'refusal' | 'other'
        search?: string
        from?: string
        to?: string
        refused?: 'true' | 'false'
      }
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description A page. With a filter it may hold few or none while `next` leads on: 1,200 to 4,800 records are read for it. Records are kept as the retention says, refusals for a week */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              /**
               * Format: date-time
               * @description Of a refusal the begin of its minute
               */
              time: string
              /** @enum {string} */
              kind: 'person' | 'group' | 'role' | 'settings' | 'equipment' | 'connection' | 'administration' | 'refusal' | 'other'
              /** @description In plain words, with the names of now */
              text: string
              /** @description Value by value, 100 at most. Sensitive and very large ones are named without values */
              changes: {
                /** @description Named as the target of a mapping row */
                attribute: string
                label: string
                before?: string
                after?: string
              }[]
              subject?: {
                /** @enum {string} */
                type: 'person' | 'group'
                id: string
                /** @description Absent: gone */
                name?: string
              }
              /**
               * Format: int64
               * @description Number of the record in the feed
               */
              seq?: number
              /**
               * Format: int64
               * @description Number of the role.changed that the same line tells of
               */
              roleSeq?: number
              /** @description Type of the record */
              record?: string
              /** @description Id of the record in the audit */
              audit?: string
              refusal?: {
                /** Format: int64 */
                status: number
                reason: string
                /** Format: int64 */
                count: number
                /** @description Of a token that was recognised */
                lastFour?: string
                operation: string
              }
            }[]
            next?: string
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  listActivityDays: {
    parameters: {
      query?: {
        days?: number
      }
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The days, oldest first */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              /** Format: date */
              day: string
              /**
               * Format: int64
               * @description Records of the feed. 0 also for days whose records are kept no more
               */
              changes: number
              /**
               * Format: int64
               * @description Absent: kept for a week alone
               */
              refusals?: number
            }[]
            /**
             * Format: date-time
             * @description Of the oldest record that is kept
             */
            first?: string
            /**
             * Format: date-time
             * @description Of the newest record
             */
            last?: string
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  listCycles: {
    parameters: {
      query?: {
        limit?: number
      }
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Cycles, newest first, out of the last 10,000 records, a week of refusals and two hours of counted requests: a cycle in which nothing changed is known for two hours */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              /**
               * Format: date-time
               * @description In UTC
               */
              begin: string
              /**
               * Format: date-time
               * @description Of what is known of it
               */
              end: string
              /** @description Records by kind */
              changes: {
                [key: string]: number
              }
              /**
               * Format: int64
               * @description Refused requests, those without a valid token apart
               */
              refused: number
              /**
               * Format: int64
               * @description Absent: counted no more
               */
              requests?: number
              /** @description True: it began before the records that were read */
              cut: boolean
            }[]
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  listAudit: {
    parameters: {
      query?: {
        limit?: number
        after?: string
        from?: string
        to?: string
      }
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description A page of records; one for a customer may hold fewer than asked for while `next` leads on */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: components['schemas']['AuditRecord'][]
            next?: string
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  downloadAudit: {
    parameters: {
      query?: {
        from?: string
        to?: string
      }
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description A JSON object on each line, and one of the kind end that counts them: without it the download is not complete */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/x-ndjson': string
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  listServiceAudit: {
    parameters: {
      query?: {
        limit?: number
        after?: string
        from?: string
        to?: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description A page of records; one for a customer may hold fewer than asked for while `next` leads on */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: components['schemas']['AuditRecord'][]
            next?: string
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  downloadServiceAudit: {
    parameters: {
      query?: {
        from?: string
        to?: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description A JSON object on each line, and one of the kind end that counts them: without it the download is not complete */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/x-ndjson': string
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  readCapture: {
    parameters: {
      query?: {
        limit?: number
        after?: string
      }
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description State, and a page of requests */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @enum {string} */
            state: 'on' | 'off'
            /**
             * Format: date-time
             * @description Of the last capture, for a day after it
             */
            since?: string
            /**
             * Format: date-time
             * @description When it ends by itself, or ended
             */
            until?: string
            by?: string
            /** @description Absent: all requests. Without id: nobody had that userName */
            person?: {
              id?: string
              userName?: string
            }
            /**
             * @description full: it held as much as it may
             * @enum {string}
             */
            ended?: 'off' | 'full'
            items: {
              id: string
              /**
               * Format: date-time
               * @description Of the answer
               */
              time: string
              /** @description The function that answered */
              operation: string
              method: string
              /** @description With its query */
              path: string
              /** @description Of a list of allowed ones; never a token */
              headers: {
                [key: string]: string
              }
              /** @description As it was sent, without passwords and tokens; absent: none was read */
              body?: string
              /** @description What is missing of it */
              bodyNote?: string
              /** Format: int64 */
              status: number
              answer?: string
              answerNote?: string
              /** Format: int64 */
              ms: number
            }[]
            next?: string
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  startCapture: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          minutes: number
          /** @description Id or userName of the only person whose requests are kept; a userName may be of somebody who is to come */
          person?: string
        }
      }
    }
    responses: {
      /** @description On. Every instance knows within 30 seconds */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Capture']
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  stopCapture: {
    parameters: {
      query?: {
        erase?: 'true' | 'false'
      }
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Off. Other instances know within 30 seconds */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Capture']
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  eraseCapture: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Erased */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  readHealth: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The health */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /**
             * @description late: two cycles did not come; silent: nothing for six hours; failing: requests are refused or fail
             * @enum {string}
             */
            state: 'never connected' | 'ok' | 'late' | 'failing' | 'silent'
            /** @description In words, and what to do about it */
            reason: string
            /**
             * Format: date-time
             * @description In UTC
             */
            since?: string
            /**
             * Format: date-time
             * @description When Entra ID is due at the latest: it comes every 20 to 40 minutes
             */
            nextExpected?: string
            /** @description Whether Entra ID has reason to have slowed down to about once a day */
            likelyQuarantine: boolean
            /**
             * Format: date-time
             * @description Let in by its token, to the minute; absent: none yet
             */
            lastRequest?: string
            /**
             * Format: date-time
             * @description Of Test Connection, which Entra ID also sends before each cycle
             */
            lastProbe?: string
            /**
             * Format: date-time
             * @description The last request that did not fail
             */
            lastGood?: string
            /**
             * Format: date-time
             * @description The last request without a token that opens the tenant, whoever sent it
             */
            lastDenied?: string
            /**
             * Format: date-time
             * @description Of the last cycle: its requests come after a pause of ten minutes
             */
            cycleBegan?: string
            lastHour: {
              /** Format: int64 */
              requests: number
              /**
               * Format: int64
               * @description Writes, and reads that failed
               */
              operations: number
              /** Format: int64 */
              failures: number
              /** @description Failures among the operations */
              failureShare: number
            }
            /**
             * Format: date-time
             * @description Of the token in use. Absent: it does not end, or nobody knows
             */
            tokenEnds?: string
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  readCoverage: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The coverage */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /**
             * Format: int64
             * @description Everybody in the directory, disabled people too
             */
            people: number
            /**
             * Format: int64
             * @description How many of them were read
             */
            read: number
            /** @description False: only 10,000 people were read, as a sample */
            complete: boolean
            /**
             * Format: int64
             * @description Active people among those who were read: shares are of these
             */
            active: number
            /** @description The most frequent first; at most 1,000 */
            attributes: {
              /** @description Named as the target of a mapping row */
              attribute: string
              /** Format: int64 */
              people: number
              share: number
            }[]
            /** @description True: more attributes came than are listed */
            cut: boolean
            /** @description Attributes that are expected, or that rules look at, and that no active person has */
            missing: {
              attribute: string
              /** @description Source attribute of the mapping row to add in Entra */
              source: string
              /** @description Target attribute of that row */
              target: string
              /** @description What is missing, and what to do about it */
              text: string
            }[]
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  readSettings: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The settings */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Settings']
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  saveSettings: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          /**
           * Format: int64
           * @description As read: a save under an older version is refused with 412
           */
          version: number
          /** @description Holds requests to the letter of the RFCs, and learns no attributes from them */
          strict: boolean
          /**
           * @description Where the access roles are listed to the directory, as Okta finds what it may assign
           * @default none
           * @enum {string}
           */
          roleEndpoint?: 'none' | 'Roles' | 'Entitlements'
          /** @description Whether people who are provisioned from now on are Pending until they are released */
          staging: boolean
          matching: components['schemas']['MatchingChoice'][]
        }
      }
    }
    responses: {
      /** @description Saved */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Settings']
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  saveBranding: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          /** @description Name of the product or vendor */
          displayName?: string
          /** @description A data: URL of a PNG, JPEG or WebP image */
          logo?: string
          /** @description Where people find help: an e-mail address or an https URL */
          supportAddress?: string
          /**
           * Format: int64
           * @description As read: a save under an older version is refused with 412
           */
          version: number
        }
      }
    }
    responses: {
      /** @description Saved */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Settings']
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  readRetention: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The days */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Retention']
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  saveRetention: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          /**
           * Format: int64
           * @description As read: a save under an older version is refused with 412
           */
          version: number
          /** @description How long the records of the change feed are kept */
          retentionDays: number
          /** @description How long it is kept who changed what in the administration */
          auditDays?: number
        }
      }
    }
    responses: {
      /** @description Saved */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Retention']
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  readAttributes: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The attributes */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Attributes']
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  saveAttributes: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          /**
           * Format: int64
           * @description As read: a save under an older version is refused with 412
           */
          version: number
          declared: {
            /** @enum {string} */
            type: 'User' | 'Group'
            urn: string
            name: string
            caseExact?: boolean
            canonicalValues?: string[]
            description?: string
            /** @enum {string} */
            valueType: 'string' | 'boolean' | 'decimal' | 'integer' | 'dateTime' | 'reference' | 'binary' | 'complex'
            /** @default false */
            multiValued?: boolean
            /** @enum {string} */
            mutability?: 'readWrite' | 'immutable'
            /** @enum {string} */
            returned?: 'default' | 'request'
            sensitive?: boolean
            subAttributes?: {
              name: string
              caseExact?: boolean
              canonicalValues?: string[]
              description?: string
              /** @enum {string} */
              valueType: 'string' | 'boolean' | 'decimal' | 'integer' | 'dateTime' | 'reference' | 'binary'
            }[]
          }[]
        }
      }
    }
    responses: {
      /** @description Saved */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Attributes']
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  readRoles: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Roles and rules */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Roles']
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  saveRoles: {
    parameters: {
      query?: {
        confirm?: 'locks'
      }
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          /** @description From the catalogue; others where it allows them. Disabled and Pending are reserved */
          roles: string[]
          /** @description Which of the roles let people into the product. Those of the catalogue do as it says, named here or not */
          grantsAccess: string[]
          /** @description For people for whom no rule holds. Name a role without rights where leaving a group or losing an app role must mean no access */
          defaultRole: string
          rules: components['schemas']['RuleSent'][]
          /** @description Ignored: saved by itself. Here so that what was read can be sent back */
          labels?: unknown
          /**
           * Format: int64
           * @description As read: a save under an older version is refused with 412
           */
          version: number
        }
      }
    }
    responses: {
      /** @description Saved */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Roles']
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  previewRoles: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          /** @description From the catalogue; others where it allows them. Disabled and Pending are reserved */
          roles: string[]
          /** @description Which of the roles let people into the product. Those of the catalogue do as it says, named here or not */
          grantsAccess: string[]
          /** @description For people for whom no rule holds. Name a role without rights where leaving a group or losing an app role must mean no access */
          defaultRole: string
          rules: components['schemas']['RuleSent'][]
          /** @description Ignored: saved by itself. Here so that what was read can be sent back */
          labels?: unknown
        }
      }
    }
    responses: {
      /** @description The changes */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /**
             * Format: int64
             * @description Everybody in the directory
             */
            people: number
            /**
             * Format: int64
             * @description How many have another role then, or a role that says something else of access
             */
            changed: number
            /**
             * Format: int64
             * @description How many get into the product who did not before
             */
            gain: number
            /**
             * Format: int64
             * @description How many get into the product no more
             */
            lose: number
            /** @description Most people first */
            moves: {
              from: string
              /** @description What the tenant calls the role, where it has given it a label. The product does not see it */
              fromLabel?: string
              to: string
              /** @description What the tenant calls the role, where it has given it a label. The product does not see it */
              toLabel?: string
              /** Format: int64 */
              count: number
            }[]
            /** @description The first hundred of them, by id */
            first: {
              id: string
              userName: string
              from: {
                role: string
                /** @description What the tenant calls the role, where it has given it a label. The product does not see it */
                label?: string
                grantsAccess: boolean
                reason: string
              }
              to: {
                role: string
                /** @description What the tenant calls the role, where it has given it a label. The product does not see it */
                label?: string
                grantsAccess: boolean
                reason: string
              }
            }[]
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  saveRoleLabels: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          /**
           * Format: int64
           * @description As read: a save under an older version is refused with 412
           */
          version: number
          labels: {
            /** @description Name of one of the roles */
            role: string
            /** @description null or empty: none */
            label: (string | '') | null
          }[]
        }
      }
    }
    responses: {
      /** @description Saved */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Roles']
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  readRoleCatalogue: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The catalogue */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['RoleCatalogue']
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  saveRoleCatalogue: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          /** @description In the order in which they are offered */
          roles: {
            name: string
            /** @description What it allows in the product, for the customer who chooses it */
            description: string
            /** @description Whether who has it may enter the product */
            grantsAccess: boolean
          }[]
          /** @description Whether tenants may name roles of their own */
          freeText: boolean
          /**
           * Format: int64
           * @description As read: a save under an older version is refused with 412
           */
          version: number
        }
      }
    }
    responses: {
      /** @description Saved */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['RoleCatalogue']
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  readKnownRoles: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The catalogue */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            roles: {
              name: string
              /** @description What it allows in the product, for the customer who chooses it */
              description: string
              /** @description Whether who has it may enter the product */
              grantsAccess: boolean
              /** @description What the tenant calls the role, where it has given it a label. The product does not see it */
              label?: string
            }[]
            /** @description Whether tenants may name roles of their own */
            freeText: boolean
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  inheritRoles: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          /**
           * Format: int64
           * @description As read: a save under an older version is refused with 412
           */
          version: number
          inherits: boolean
        }
      }
    }
    responses: {
      /** @description Saved */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Roles']
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  connectTenant: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
        target: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': Record<string, never>
      }
    }
    responses: {
      /** @description Connected; nobody is routed before the super tenant names a group */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            tenant: string
            name: string
            /**
             * @description ending: the copies leave, and then the connection is gone
             * @enum {string}
             */
            state: 'live' | 'ending'
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  disconnectTenant: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
        target: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The copies leave within minutes; the list of connections shows when */
      202: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  readRoutes: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Routes and connections */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Routes']
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  saveRoutes: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          /**
           * @description What becomes of a copy when the person leaves the last group that is routed there. A deleted copy comes back as somebody new
           * @enum {string}
           */
          onLeave: 'disable' | 'delete'
          routes: components['schemas']['RouteSent'][]
          /**
           * Format: int64
           * @description As read: a save under an older version is refused with 412
           */
          version: number
        }
      }
    }
    responses: {
      /** @description Saved */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Routes']
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  previewRoutes: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          /**
           * @description What becomes of a copy when the person leaves the last group that is routed there. A deleted copy comes back as somebody new
           * @enum {string}
           */
          onLeave: 'disable' | 'delete'
          routes: components['schemas']['RouteSent'][]
        }
      }
    }
    responses: {
      /** @description What would happen in each connected tenant */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /**
             * @description What becomes of a copy when the person leaves the last group that is routed there. A deleted copy comes back as somebody new
             * @enum {string}
             */
            onLeave: 'disable' | 'delete'
            targets: {
              tenant: string
              name: string
              people: {
                /**
                 * Format: int64
                 * @description Copies that are made
                 */
                comes: number
                /**
                 * Format: int64
                 * @description Copies that were left and are the same again
                 */
                returns: number
                /**
                 * Format: int64
                 * @description Copies that are disabled or deleted, as onLeave says
                 */
                leaves: number
                /** Format: int64 */
                stays: number
                /**
                 * Format: int64
                 * @description Somebody there has the name already, as far as that was tried: no copy before the conflict is solved
                 */
                heldBack: number
              }
              groups: {
                comes: {
                  groupId: string
                  groupName: string
                }[]
                /** @description Their copies are deleted */
                leaves: {
                  groupId: string
                  groupName: string
                }[]
                /** Format: int64 */
                heldBack: number
              }
            }[]
            /** @description Targets that could not be read, so nobody knows what would happen there */
            unreadable: {
              tenant: string
              name: string
              problem: string
            }[]
            /** @description The first 50 people whose copies change, in all targets together: first those who leave */
            first: {
              id: string
              userName: string
              tenant: string
              /** @enum {string} */
              effect: 'leaves' | 'returns' | 'comes'
              reason: string
            }[]
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  readSource: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The super tenant; null when there is none */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            superTenant: components['schemas']['TenantName'] | null
            /** @description Roles and rules are those of the super tenant, until somebody here saves some */
            inheritsRoles: boolean
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  listConflicts: {
    parameters: {
      query?: {
        limit?: number
        after?: string
      }
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description A page of conflicts */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              /** @description Of the person or group in the super tenant */
              id: string
              /** @enum {string} */
              type: 'User' | 'Group'
              /**
               * @description exists: there is no copy yet. rename: there is one, which cannot take the new name
               * @enum {string}
               */
              kind: 'exists' | 'rename'
              /** @description The userName or displayName that the copy should have */
              name: string
              /** @description Who has it here */
              nativeId: string
              /** @description What that one is called, while it is there */
              nativeName?: string
              /**
               * Format: date-time
               * @description In UTC
               */
              since: string
              words: string
            }[]
            next?: string
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  adoptConflict: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': Record<string, never>
      }
    }
    responses: {
      /** @description Adopted */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @description Of the person or group here */
            id: string
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  listPeople: {
    parameters: {
      query?: {
        limit?: number
        after?: string
        search?: string
        role?: string
        status?: 'active' | 'disabled' | 'pending' | 'locked'
      }
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description A page of people. With a filter it may hold few or none while `next` leads on: at most 2,000 people are read for it */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: components['schemas']['Person'][]
            next?: string
            /** @description False: the directory is large, so that displayNames and family names were not looked into */
            complete: boolean
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  downloadPeople: {
    parameters: {
      query?: {
        search?: string
        role?: string
        status?: 'active' | 'disabled' | 'pending' | 'locked'
      }
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Columns id, userName, displayName, email, active, role, label, reason, locked, productId, groups. A cell that a spreadsheet would take for a formula begins with an apostrophe */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'text/csv': string
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  countPending: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The count */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /**
             * Format: int64
             * @description Released by `all`. The disabled among them stay Disabled
             */
            waiting: number
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  releasePeople: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          ids?: string[]
          /** @constant */
          all?: true
        }
      }
    }
    responses: {
      /** @description What came of each person */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            results: {
              id: string
              ok: boolean
              /** @description Why it was not done */
              detail?: string
            }[]
            /**
             * Format: int64
             * @description How many more wait, of all: a request releases at most 1,000. Repeat it
             */
            left: number
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  readPerson: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The person */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            id: string
            userName: string
            displayName?: string
            /** @description The primary address, else the one for work, else the first */
            email?: string
            active: boolean
            /** @description Disabled and Pending are reserved for the inactive and for those who wait for a release */
            role: string
            /** @description What the tenant calls the role, where it has given it a label. The product does not see it */
            label?: string
            /** @description Whether the role lets the person into the product */
            grantsAccess: boolean
            reason: components['schemas']['Reason']
            lock?: components['schemas']['Lock']
            productId?: string
            /** @description Waits for a release */
            staged: boolean
            /** @description Of a copy: the super tenant that manages it */
            managedBy?: components['schemas']['TenantName']
            /**
             * Format: date-time
             * @description In UTC
             */
            lastModified: string
            /** @description Direct memberships. Groups inside of groups are never expanded for roles */
            groups: {
              id: string
              displayName: string
            }[]
            /** @description All rules that hold for the person, in the order in which they are tried */
            rules: {
              ruleId: string
              /** @enum {string} */
              ruleKind: 'group' | 'appRole' | 'attribute'
              groupId?: string
              groupName?: string
              appRole?: string
              attribute?: string
              value?: string
              role: string
              /** @description What the tenant calls the role, where it has given it a label. The product does not see it */
              label?: string
              /** @description Why it holds */
              words: string
            }[]
            manager?: {
              id: string
              name?: string
            }
            /** @description As SCIM answers them */
            attributes: {
              [key: string]: unknown
            }
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  lockPerson: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': Record<string, never>
      }
    }
    responses: {
      /** @description The person after it */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Person']
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  unlockPerson: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The person after it */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Person']
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  lockPeople: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          ids: string[]
          locked: boolean
        }
      }
    }
    responses: {
      /** @description What came of each person */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            results: {
              id: string
              ok: boolean
              /** @description Why it was not done */
              detail?: string
            }[]
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  releasePerson: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The person after it */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Person']
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  releaseUserName: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The person after it */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Person']
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  setProductId: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          /** @description Unique in the tenant, letter case kept */
          productId: string | null
        }
      }
    }
    responses: {
      /** @description The person after it */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Person']
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  listGroups: {
    parameters: {
      query?: {
        limit?: number
        after?: string
        search?: string
      }
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description A page of groups */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              id: string
              displayName: string
              externalId?: string
              /** @description Rules that give a role to its members */
              rules: {
                id: string
                role: string
                /** @description What the tenant calls the role, where it has given it a label. The product does not see it */
                label?: string
              }[]
              /** @description Of a copy: the super tenant that manages it */
              managedBy?: components['schemas']['TenantName']
            }[]
            next?: string
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  readGroup: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The group */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            id: string
            displayName: string
            externalId?: string
            /** @description Rules that give a role to its members */
            rules: {
              id: string
              role: string
              /** @description What the tenant calls the role, where it has given it a label. The product does not see it */
              label?: string
            }[]
            /** @description Of a copy: the super tenant that manages it */
            managedBy?: components['schemas']['TenantName']
            /**
             * Format: date-time
             * @description Of its attributes
             */
            lastModified: string
            members: {
              /** Format: int64 */
              people: number
              /**
               * Format: int64
               * @description Groups inside of it. They are not expanded: their members get no role by this group
               */
              groups: number
              /** @description There are more: at most 10,000 are counted */
              more: boolean
            }
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  listMembers: {
    parameters: {
      query?: {
        limit?: number
        after?: string
      }
      header?: never
      path: {
        tenant: string
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description A page of members */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              id: string
              /** @enum {string} */
              type: 'User' | 'Group'
              userName?: string
              displayName?: string
              email?: string
              active?: boolean
              /** @description Of a group: that it is not expanded */
              note?: string
            }[]
            next?: string
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  downloadMembers: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Columns id, type, userName, displayName, email, active, note. A cell that a spreadsheet would take for a formula begins with an apostrophe */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'text/csv': string
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  preloadProductIds: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          /** @description As the directory sends it, most often the user principal name */
          userName: string
          /** @description The product's own key of the person, case kept */
          productId: string
          /** @description Nobody is found by it: userName counts alone */
          email?: string
          externalId?: string
          displayName?: string
          givenName?: string
          familyName?: string
          /**
           * Format: int64
           * @description Names the entry in the answer; its place from 1 unless given
           */
          row?: number
        }[]
        'text/csv': string
      }
    }
    responses: {
      /** @description What came of each entry. A list with a wrong entry stores nothing: 400 */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /**
             * Format: int64
             * @description People who were nobody here yet
             */
            created: number
            /**
             * Format: int64
             * @description People who were here, and have a product id now
             */
            linked: number
            /** Format: int64 */
            unchanged: number
            /** @description Entries that nothing was stored of */
            failed: {
              /** Format: int64 */
              row: number
              detail: string
            }[]
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  listTenantProductKeys: {
    parameters: {
      query?: {
        limit?: number
        after?: string
      }
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description A page of keys */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: components['schemas']['ProductKey'][]
            next?: string
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  makeTenantProductKey: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['ProductKeyWanted']
      }
    }
    responses: {
      /** @description Made */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['NewProductKey']
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  revokeTenantProductKey: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
        key: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Revoked: it opens nothing here from now on, and within 30 seconds nothing on any instance */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  listProductKeys: {
    parameters: {
      query?: {
        limit?: number
        after?: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description A page of keys */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: components['schemas']['ProductKey'][]
            next?: string
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  makeProductKey: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['ProductKeyWanted']
      }
    }
    responses: {
      /** @description Made */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['NewProductKey']
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  revokeProductKey: {
    parameters: {
      query?: never
      header?: never
      path: {
        key: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Revoked: it opens nothing here from now on, and within 30 seconds nothing on any instance */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  listWebhooks: {
    parameters: {
      query?: {
        limit?: number
        after?: string
      }
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description A page of endpoints */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: components['schemas']['Webhook'][]
            next?: string
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  createWebhook: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          /** @description https. Nothing is sent to private, loopback, link-local or other reserved addresses */
          url: string
          /**
           * @description What people call the endpoint
           * @default
           */
          label?: string
          /**
           * @description Types of records to send; * for all, also those that come to be later
           * @default [
           *       "*"
           *     ]
           */
          events?: components['schemas']['EventType'][]
        }
      }
    }
    responses: {
      /** @description Made */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            id: string
            url: string
            label: string
            /** @description Types of records to send; * for all, also those that come to be later */
            events: components['schemas']['EventType'][]
            /**
             * @description failing: the last tries all failed. paused: by people, or because the receiver answered 410
             * @enum {string}
             */
            state: 'active' | 'failing' | 'paused'
            /** @description It was paused because the receiver answered 410 */
            gone: boolean
            /**
             * Format: date-time
             * @description In UTC
             */
            created: string
            /** @description Who made it */
            by: string
            /**
             * @description What an operator made, only an operator may change
             * @enum {string}
             */
            owner: 'operator' | 'customer'
            /** @description Those that sign now, by number. Never a secret itself */
            secrets: components['schemas']['WebhookSecret'][]
            /** @description The last successful delivery */
            delivered?: {
              /**
               * Format: date-time
               * @description In UTC
               */
              time: string
              /** Format: int64 */
              status: number
              /** Format: int64 */
              ms: number
            }
            /**
             * Format: date-time
             * @description In UTC
             */
            failingSince?: string
            /**
             * Format: int64
             * @description Every record up to this number was sent, waits or is parked
             */
            seq: number
            /**
             * Format: int64
             * @description People and groups whose records wait for another try
             */
            waiting: number
            /** @description whsec_ and base64 (Standard Webhooks). Shown this once */
            secret: string
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  readWebhook: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
        webhook: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The endpoint */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Webhook']
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  removeWebhook: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
        webhook: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Removed */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  changeWebhook: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
        webhook: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          /** @description https. Nothing is sent to private, loopback, link-local or other reserved addresses */
          url?: string
          /** @description What people call the endpoint */
          label?: string
          /** @description Types of records to send; * for all, also those that come to be later */
          events?: components['schemas']['EventType'][]
          /**
           * @description active also tries at once what waits
           * @enum {string}
           */
          state?: 'active' | 'paused'
        }
      }
    }
    responses: {
      /** @description Changed */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Webhook']
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  addWebhookSecret: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
        webhook: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Made */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** Format: int64 */
            number: number
            /**
             * Format: date-time
             * @description In UTC
             */
            created: string
            /**
             * Format: date-time
             * @description From then on it signs nothing; absent for the newest
             */
            ends?: string
            /** @description whsec_ and base64 (Standard Webhooks). Shown this once */
            secret: string
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  removeWebhookSecret: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
        webhook: string
        number: number
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description It signs nothing any more */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  testWebhook: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
        webhook: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description It was tried */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            delivered: boolean
            /** @description secret (its root key is gone: make a new one), address (not public), name (not found), connection, tls, timeout, redirect (not followed) or status (not 2xx) */
            error?: string
            /**
             * Format: int64
             * @description Of the receiver’s answer; absent when none came
             */
            status?: number
            /** Format: int64 */
            ms: number
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  replayWebhook: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
        webhook: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          /**
           * Format: int64
           * @description 0: from the oldest record that is kept
           */
          after: number
        }
      }
    }
    responses: {
      /** @description It begins within seconds, or when the endpoint is resumed */
      202: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  listWebhookFailures: {
    parameters: {
      query?: {
        limit?: number
        after?: string
      }
      header?: never
      path: {
        tenant: string
        webhook: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description A page of failed tries */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              /** Format: int64 */
              seq: number
              type: string
              /**
               * Format: date-time
               * @description In UTC
               */
              time: string
              /** Format: int64 */
              attempt: number
              /** @description secret (its root key is gone: make a new one), address (not public), name (not found), connection, tls, timeout, redirect (not followed) or status (not 2xx) */
              error: string
              /**
               * Format: int64
               * @description Of the receiver’s answer; absent when none came
               */
              status?: number
              /** Format: int64 */
              ms: number
            }[]
            next?: string
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  listParkedDeliveries: {
    parameters: {
      query?: {
        limit?: number
        after?: number
      }
      header?: never
      path: {
        tenant: string
        webhook: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description A page of records */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              /** Format: int64 */
              seq: number
              type: string
              /**
               * Format: date-time
               * @description In UTC
               */
              parked: string
              /** Format: int64 */
              attempts: number
              /** @description secret (its root key is gone: make a new one), address (not public), name (not found), connection, tls, timeout, redirect (not followed) or status (not 2xx) */
              error: string
            }[]
            next?: string
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  retryParkedDelivery: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
        webhook: string
        seq: number
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description It is tried within seconds, or when the endpoint is resumed */
      202: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  listEquipment: {
    parameters: {
      query?: {
        limit?: number
        after?: string
        search?: string
        assignee?: string
      }
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description A page in the order of the asset tags. With a search it may hold few or none while `next` leads on: at most 5,000 items are read for it */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: components['schemas']['Equipment'][]
            next?: string
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  saveEquipment: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
        assetTag: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          /** @description Absent: as it was */
          model?: string
          /** @description Absent: as it was */
          serial?: string
          /** @description Who has it: id, product id or userName. As plain text it may be any of them */
          assignee: components['schemas']['Assignee']
          /**
           * Format: date
           * @description A day. Absent: as it was, or today for a new assignee
           */
          since?: string
        }
      }
    }
    responses: {
      /** @description Stored, or as it was */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Equipment']
        }
      }
      /** @description The item is new */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Equipment']
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  returnEquipment: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
        assetTag: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Nobody has it any more */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  importEquipment: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          /** @description Unique in the tenant, letter case apart */
          assetTag: string
          /** @description Absent: as it was */
          model?: string
          /** @description Absent: as it was */
          serial?: string
          /** @description Who has it: id, product id or userName. As plain text it may be any of them */
          assignee: components['schemas']['Assignee']
          /**
           * Format: date
           * @description A day. Absent: as it was, or today for a new assignee
           */
          since?: string
          /**
           * Format: int64
           * @description Names the entry in a refusal; set for each row of a CSV
           */
          row?: number
        }[]
        'text/csv': string
      }
    }
    responses: {
      /** @description What came of the list. One with a wrong entry stores nothing: 400 */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** Format: int64 */
            created: number
            /** Format: int64 */
            changed: number
            /** Format: int64 */
            unchanged: number
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  listDisabledHolders: {
    parameters: {
      query?: {
        limit?: number
        after?: string
      }
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description A page in the order of the ids. It may hold few or none while `next` leads on: at most 5,000 holders are looked at for it */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            items: {
              id: string
              /** @description As last known for a deleted person; empty once the person was erased */
              name: string
              userName: string
              /** @enum {string} */
              state: 'disabled' | 'deleted'
              /** @description In UTC, as far as known: when roles were told of it, else the last change of the person */
              disabledSince?: string
              items: {
                assetTag: string
                model: string
                serial: string
                since: string
              }[]
            }[]
            next?: string
          }
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  downloadDisabledHolders: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description A row for each item, with the columns name, userName, state, disabledSince, assetTag, model, serial, since. A cell that a spreadsheet would take for a formula begins with an apostrophe */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'text/csv': string
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  readEquipmentSchedule: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The schedule */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['EquipmentSchedule']
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  saveEquipmentSchedule: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['EquipmentSchedule']
      }
    }
    responses: {
      /** @description Saved */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['EquipmentSchedule']
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  erasePerson: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': {
          /** @description The id again */
          confirm: string
        }
      }
    }
    responses: {
      /** @description Erased */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Erasure']
        }
      }
      /** @description Under way */
      202: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Erasure']
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
  exportTenant: {
    parameters: {
      query?: never
      header?: never
      path: {
        tenant: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Lines of the kinds tenant, settings, attribute, role, rule, route, link, person, lock, group, membership, equipment, conflict, record and refusal, and one of the kind end that counts them: without it the export is not complete. Writes may go on meanwhile, and show or not */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/x-ndjson': string
        }
      }
      400: components['responses']['Problem']
      401: components['responses']['Problem']
      403: components['responses']['Problem']
      404: components['responses']['Problem']
      default: components['responses']['Problem']
    }
  }
}
