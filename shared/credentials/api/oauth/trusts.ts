import * as z from 'zod'
import { label } from '../../../api/label'
import { tenantOperation, type Operation } from '../../../api/operation'
import { absent, conflict, invalid, needsConfirmation } from '../../../api/problem'
import type { DirectorySignIn, Trust } from '../../../tenants/directory-sign-in'
import { MAX_TRUSTS, newGrantId } from '../../oauth/client'
import { tenantOfIssuer } from '../../oauth/federation-keys'
import { changeSignIn, isOtherWayLeft } from './change'
import { grantId, harmOfEnding, readUses, shownTrust, showTrust, type OAuthNeeds } from './view'

export interface TrustNeeds extends OAuthNeeds {
  /** Origin of an issuer on this machine that may be trusted, in local runs. */
  readonly testIssuer: string | undefined
}

/** As a claim: it is compared as it is, so a space at its end would never fit. */
const claim = z
  .string()
  .trim()
  .min(1)
  .max(300)
  .regex(/^[\x21-\x7e]+$/, 'must be visible ASCII characters without a space')

const wantedTrust = z.strictObject({
  label,
  issuer: claim.describe('As Entra ID shows it: https://login.microsoftonline.com/<tenant id>/v2.0'),
  subject: claim.describe('As Entra ID shows it: an object id'),
  audiences: z
    .array(claim)
    .min(1)
    .max(5)
    .describe('As Entra ID shows it; an application id also comes without the api:// before it, so give both'),
})

const create = ({ testIssuer }: TrustNeeds) =>
  tenantOperation(
    {
      id: 'createTrust',
      method: 'POST',
      path: '/tenants/{tenant}/sign-in/trusts',
      summary: 'Trusts an identity of Entra ID, which then signs in without a secret (workload identity federation)',
      access: 'tenantAdmin',
      audit: 'trust.created',
      body: wantedTrust,
      answers: { 201: { description: 'Trusted from now on', schema: shownTrust } },
    },
    async ({ registry, tenant, body: { audiences, ...body }, audit }) => {
      const tenantId = tenantOfIssuer(body.issuer, testIssuer)
      if (tenantId === undefined) throw invalid([{ path: '/issuer', detail: ISSUER_FORM }])
      const trust: Trust = {
        id: newGrantId(),
        ...body,
        tenantId,
        audiences: [...new Set(audiences)],
        created: registry.now().toISOString(),
      }
      await changeSignIn(registry, { tenant, audit }, (current) => {
        if (current.trusts.some(({ id }) => id === trust.id)) return undefined // an answer was lost
        const { id: subject, label: called } = trust
        return { next: withTrust(current, trust), fact: { subject, label: called, after: told(trust) } }
      })
      return { status: 201, body: showTrust(trust, { lastUsed: new Map() }) }
    },
  )

const ISSUER_FORM = 'must be an issuer of Entra ID: https://login.microsoftonline.com/<tenant id in lower case>/v2.0'

const told = ({ issuer, subject, audiences }: Trust) => ({ issuer, subject, audiences })

function withTrust(current: DirectorySignIn, trust: Trust): DirectorySignIn {
  if (current.trusts.length >= MAX_TRUSTS) {
    throw conflict(`The tenant trusts ${MAX_TRUSTS} identities. Remove one that is not used any more.`)
  }
  if (current.trusts.some(({ issuer, subject }) => issuer === trust.issuer && subject === trust.subject)) {
    throw conflict('The tenant trusts this identity already. Remove it first to change what its audiences are.')
  }
  return { ...current, trusts: [...current.trusts, trust] }
}

const remove = (needs: TrustNeeds) =>
  tenantOperation(
    {
      id: 'deleteTrust',
      method: 'DELETE',
      path: '/tenants/{tenant}/sign-in/trusts/{trust}',
      summary: 'Trusts an identity no longer, and ends the access tokens that it was given: within 30 seconds on every instance',
      access: 'tenantAdmin',
      audit: 'trust.deleted',
      parameters: z.object({ trust: grantId }),
      query: z.object({
        confirm: z
          .literal('used')
          .optional()
          .describe('Needed for one used within 24 hours, and where nothing else opens the tenant'),
      }),
      answers: { 204: { description: 'Removed' } },
    },
    async ({ registry, tenant, directory, path, query, audit }) => {
      const trust = tenant.settings.directorySignIn.trusts.find(({ id }) => id === path.trust)
      if (trust === undefined) throw absent('The tenant trusts no such identity. GET /sign-in lists all.')
      const { id: subject, label: called } = trust
      const uses = await readUses(needs, { tenant, directory })
      const usedAt = uses.lastUsed.get(subject)
      await changeSignIn(registry, { tenant, audit }, (current) => {
        const isOtherLeft = isOtherWayLeft(current, uses, { id: subject })
        const harm = harmOfEnding('This identity', { usedAt, isOtherLeft, nowMs: uses.nowMs })
        if (harm !== undefined && query.confirm === undefined) throw needsConfirmation({ confirm: 'used', harm })
        const trusts = current.trusts.filter(({ id }) => id !== subject)
        if (trusts.length === current.trusts.length) return undefined
        return { next: { ...current, trusts }, fact: { subject, label: called, before: told(trust) } }
      })
      return { status: 204 }
    },
  )

export const trustOperations = (needs: TrustNeeds): readonly Operation[] => [create(needs), remove(needs)]
