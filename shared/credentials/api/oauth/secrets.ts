import * as z from 'zod'
import { label } from '../../../api/label'
import { tenantOperation, type Operation } from '../../../api/operation'
import { absent, conflict, needsConfirmation } from '../../../api/problem'
import type { ClientSecret, DirectorySignIn } from '../../../tenants/directory-sign-in'
import { describeError } from '../../../http/error-reply'
import { oauthAddresses } from '../../oauth/addresses'
import { clientIdOf, isLiveSecret, MAX_LIVE_SECRETS, newClientSecret, newGrantId } from '../../oauth/client'
import { watchSoon } from '../../tokens/token-rotation'
import { changeSignIn, isOtherWayLeft } from './change'
import { grantId, harmOfEnding, readUses, showSecret, shownSecret, type OAuthNeeds } from './view'

const DAY_MS = 86_400_000
/** Microsoft's gallery wants secrets of one to three years. */
const DAYS = { min: 365, max: 1095 }
/** Expired ones are shown for this long, so that somebody sees why Entra is refused. */
const SHOWN_EXPIRED_MS = 90 * DAY_MS

const create = () =>
  tenantOperation(
    {
      id: 'createClientSecret',
      method: 'POST',
      path: '/tenants/{tenant}/sign-in/secrets',
      summary: 'Makes a client secret for OAuth; those before go on to work',
      access: 'tenantAdmin',
      audit: 'clientSecret.created',
      body: z.strictObject({
        label: label.optional(),
        days: z.int().min(DAYS.min).max(DAYS.max).default(DAYS.min).describe('How long it is valid'),
      }),
      answers: {
        201: {
          description: 'Made. The value is shown this once',
          schema: shownSecret.extend({
            value: z.string().describe('Goes into Entra ID as Client Secret'),
            clientId: z.string().describe('Goes into Entra ID as Client identifier'),
            tokenEndpoint: z.url().describe('Goes into Entra ID as Token endpoint'),
            tenantUrl: z.url().describe('Goes into Entra ID as Tenant URL'),
          }),
        },
      },
    },
    async ({ registry, tenant, directory, body, audit, origin }) => {
      const now = registry.now()
      const { value, digest, lastFour } = newClientSecret()
      const secret: ClientSecret = {
        id: newGrantId(),
        label: body.label ?? `Made on ${now.toISOString().slice(0, 10)}`,
        lastFour,
        digest,
        created: now.toISOString(),
        expires: new Date(now.getTime() + body.days * DAY_MS).toISOString(),
      }
      await changeSignIn(registry, { tenant, audit }, (current) => {
        if (current.secrets.some(({ id }) => id === secret.id)) return undefined // an answer was lost
        const { id: subject, label: called, expires } = secret
        return { next: withSecret(current, secret, now.getTime()), fact: { subject, label: called, after: { expires } } }
      })
      await watchSoon(directory.table).catch((error: unknown) => {
        // It is made, and shown this once: the watch looks within the hour anyway.
        console.warn(JSON.stringify({ operation: 'watch-soon', tenant: tenant.slug, ...describeError(error) }))
      })
      const shown = showSecret(secret, { lastUsed: new Map(), bearer: undefined, isBearerLive: false, nowMs: now.getTime() })
      const { tokenEndpoint } = oauthAddresses(origin, tenant.slug)
      const beside = { clientId: clientIdOf(tenant), tokenEndpoint, tenantUrl: `${origin}/scim/${tenant.slug}` }
      return { status: 201, body: { ...shown, value, ...beside } }
    },
  )

function withSecret(current: DirectorySignIn, secret: ClientSecret, nowMs: number): DirectorySignIn {
  if (current.secrets.filter((one) => isLiveSecret(one, nowMs)).length >= MAX_LIVE_SECRETS) {
    throw conflict(`The tenant has ${MAX_LIVE_SECRETS} client secrets that are valid. Delete one that is not used any more.`)
  }
  const kept = current.secrets.filter(({ expires }) => nowMs - Date.parse(expires) < SHOWN_EXPIRED_MS)
  return { ...current, secrets: [...kept.slice(-MAX_KEPT), secret] }
}

const MAX_KEPT = 2 * MAX_LIVE_SECRETS

const remove = (needs: OAuthNeeds) =>
  tenantOperation(
    {
      id: 'deleteClientSecret',
      method: 'DELETE',
      path: '/tenants/{tenant}/sign-in/secrets/{secret}',
      summary: 'Ends a client secret, and the access tokens that it gave: at once here, within 30 seconds on every instance',
      access: 'tenantAdmin',
      audit: 'clientSecret.deleted',
      parameters: z.object({ secret: grantId }),
      query: z.object({
        confirm: z
          .literal('used')
          .optional()
          .describe('Needed for one used within 24 hours, and where nothing else opens the tenant'),
      }),
      answers: { 204: { description: 'Deleted' } },
    },
    async ({ registry, tenant, directory, path, query, audit }) => {
      const secret = tenant.settings.directorySignIn.secrets.find(({ id }) => id === path.secret)
      if (secret === undefined) throw absent('The tenant has no such client secret. GET /sign-in lists all.')
      const { id: subject, label: called, expires } = secret
      const uses = await readUses(needs, { tenant, directory })
      const usedAt = uses.lastUsed.get(subject)
      await changeSignIn(registry, { tenant, audit }, (current) => {
        const isOtherLeft = !isLiveSecret(secret, uses.nowMs) || isOtherWayLeft(current, uses, { id: subject })
        const harm = harmOfEnding('This client secret', { usedAt, isOtherLeft, nowMs: uses.nowMs })
        if (harm !== undefined && query.confirm === undefined) throw needsConfirmation({ confirm: 'used', harm })
        const secrets = current.secrets.filter(({ id }) => id !== subject)
        if (secrets.length === current.secrets.length) return undefined
        return { next: { ...current, secrets }, fact: { subject, label: called, before: { expires } } }
      })
      return { status: 204 }
    },
  )

export const clientSecretOperations = (needs: OAuthNeeds): readonly Operation[] => [create(), remove(needs)]
