import * as z from 'zod'
import { tenantOperation, type ApiReply, type OpenedTenant, type Operation } from '../../../api/operation'
import { isoTime, time } from '../../../api/page'
import { needsConfirmation, Problem } from '../../../api/problem'
import { ACCESS_TOKEN_MINUTES } from '../../../tenants/directory-sign-in'
import { oauthAddresses } from '../../oauth/addresses'
import { checkAssertion, isAssertionRefusal, type AssertionRefusal } from '../../oauth/assertion'
import { clientIdOf } from '../../oauth/client'
import { compareClaims } from '../../oauth/explain-assertion'
import { readRefusedAssertion } from '../../oauth/refused-assertions'
import { IssuerUnavailable, type IssuerKeys } from '../../sign-in/issuer-keys'
import { changeSignIn, isOtherWayLeft } from './change'
import { clientSecretOperations } from './secrets'
import { trustOperations, type TrustNeeds } from './trusts'
import { harmOfEnding, readUses, shownSecret, shownTrust, showSecret, showTrust, type OAuthNeeds, type Uses } from './view'

interface Needs extends TrustNeeds {
  readonly issuerKeys: (issuer: string) => IssuerKeys
}

const minutes = z
  .int()
  .min(ACCESS_TOKEN_MINUTES.min)
  .max(ACCESS_TOKEN_MINUTES.max)
  .describe('How long an access token lives. One that an assertion gives ends with the assertion')

const claim = z
  .object({
    claim: z.string(),
    expected: z.string(),
    seen: z.string().optional().describe('Absent: the assertion does not have it'),
    fits: z.boolean(),
  })
  .meta({ id: 'Claim' })
const explained = z.object({
  accepted: z.boolean(),
  reason: z.string().optional().describe('Why not'),
  claims: z.array(claim).describe('Beside the trusted identity that it comes nearest to; none where nobody is trusted'),
})

const shownSignIn = z
  .object({
    tenantUrl: z.url(),
    clientId: z.string().describe('Goes into Entra ID as Client identifier'),
    tokenEndpoint: z.url().describe('Goes into Entra ID as Token endpoint'),
    metadata: z.url().describe('Where a client finds the token endpoint (RFC 8414)'),
    accessTokenMinutes: minutes,
    bearer: z.object({
      enabled: z.boolean().describe('Whether Secret Tokens open the tenant'),
      lastUsed: time.optional().describe('Of the Secret Token used last; absent: never seen'),
    }),
    secrets: z.array(shownSecret),
    trusts: z.array(shownTrust),
    lastRefused: explained
      .omit({ accepted: true })
      .extend({ time })
      .optional()
      .describe('The last assertion that was refused; of many, an instance keeps two a minute'),
  })
  .meta({ id: 'SignIn' })

async function shown({ tenant, directory, origin }: Shown, uses: Uses): Promise<z.infer<typeof shownSignIn>> {
  const { bearer, accessTokenMinutes, secrets, trusts } = tenant.settings.directorySignIn
  const { tokenEndpoint, metadata } = oauthAddresses(origin, tenant.slug)
  const refused = await readRefusedAssertion(directory.table)
  const refusal = isAssertionRefusal(refused?.reason) ? refused.reason : 'malformed'
  return {
    tenantUrl: `${origin}/scim/${tenant.slug}`,
    clientId: clientIdOf(tenant),
    tokenEndpoint,
    metadata,
    accessTokenMinutes,
    bearer: { enabled: bearer, lastUsed: isoTime(uses.bearer) },
    secrets: secrets.map((secret) => showSecret(secret, uses)).reverse(),
    trusts: trusts.map((trust) => showTrust(trust, uses)),
    ...(refused !== undefined && {
      lastRefused: {
        time: new Date(refused.at).toISOString(),
        reason: REASONS[refusal],
        claims: [...compareClaims(refused.seen, trusts, { refusal, nowMs: refused.at })],
      },
    }),
  }
}

type Shown = Pick<OpenedTenant, 'tenant' | 'directory'> & { readonly origin: string }

const REASONS: Readonly<Record<AssertionRefusal, string>> = {
  malformed: 'It is no signed token of Entra ID, or lacks a claim.',
  unknownIssuer: 'Nobody of this issuer is trusted.',
  unknownSubject: 'The issuer is trusted, the subject is not.',
  wrongTenant: 'It is of another Entra ID tenant than its issuer says.',
  wrongAudience: 'It was made for another audience.',
  wrongAlgorithm: 'It is not signed with RS256.',
  unknownKey: 'It is signed with a key that the issuer does not have.',
  badSignature: 'Its signature is not that of the issuer.',
  expired: 'It has expired.',
  notYetValid: 'It is not valid yet.',
}

const read = (needs: OAuthNeeds) =>
  tenantOperation(
    {
      id: 'readSignIn',
      method: 'GET',
      path: '/tenants/{tenant}/sign-in',
      summary: 'By what the directory signs in, and when each was used last; never a secret',
      access: 'tenantReader',
      answers: { 200: { description: 'The ways to sign in', schema: shownSignIn } },
    },
    async (opened): Promise<ApiReply> => ({ status: 200, body: await shown(opened, await readUses(needs, opened)) }),
  )

const save = (needs: OAuthNeeds) =>
  tenantOperation(
    {
      id: 'saveSignIn',
      method: 'PATCH',
      path: '/tenants/{tenant}/sign-in',
      summary: 'Switches Secret Tokens off or on, and sets how long access tokens live',
      access: 'tenantAdmin',
      audit: 'signIn.saved',
      body: z.strictObject({ bearer: z.boolean().optional(), accessTokenMinutes: minutes.optional() }),
      query: z.object({
        confirm: z
          .literal('used')
          .optional()
          .describe('Needed to switch Secret Tokens off that were used within 24 hours, or where nothing else opens the tenant'),
      }),
      answers: { 200: { description: 'Saved', schema: shownSignIn } },
    },
    async ({ registry, tenant, directory, body, query, audit, origin }) => {
      const uses = await readUses(needs, { tenant, directory })
      const saved = await changeSignIn(registry, { tenant, audit }, (current) => {
        if (body.bearer === false && current.bearer && query.confirm === undefined) {
          const isOtherLeft = isOtherWayLeft(current, uses, { bearer: true })
          const harm = harmOfEnding('A Secret Token', { usedAt: uses.bearer, isOtherLeft, nowMs: uses.nowMs })
          if (harm !== undefined) throw needsConfirmation({ confirm: 'used', harm })
        }
        const { bearer = current.bearer, accessTokenMinutes = current.accessTokenMinutes } = body
        if (bearer === current.bearer && accessTokenMinutes === current.accessTokenMinutes) return undefined
        const before = { bearer: current.bearer, accessTokenMinutes: current.accessTokenMinutes }
        return { next: { ...current, bearer, accessTokenMinutes }, fact: { before, after: { bearer, accessTokenMinutes } } }
      })
      return { status: 200, body: await shown({ tenant: saved, directory, origin }, uses) }
    },
  )

const explain = ({ issuerKeys }: Needs) =>
  tenantOperation(
    {
      id: 'explainAssertion',
      method: 'POST',
      path: '/tenants/{tenant}/sign-in/assertions',
      summary: 'Says of an assertion, claim by claim, whether it would be accepted now; it is not kept',
      access: 'tenantAdmin',
      audit: null,
      body: z.strictObject({ assertion: z.string().trim().min(1).max(16_384) }),
      answers: { 200: { description: 'What was expected and what came', schema: explained } },
    },
    async ({ tenant, directory, body }) => {
      const { trusts } = tenant.settings.directorySignIn
      const nowMs = directory.now().getTime()
      try {
        const checked = await checkAssertion(body.assertion, trusts, { keysOf: issuerKeys, nowMs })
        const refusal = checked.kind === 'refused' ? checked.reason : undefined
        const claims = compareClaims(checked.seen, trusts, { refusal, nowMs })
        return { status: 200, body: { accepted: refusal === undefined, ...(refusal && { reason: REASONS[refusal] }), claims } }
      } catch (error) {
        if (!(error instanceof IssuerUnavailable)) throw error
        throw new Problem(
          503,
          'unavailable',
          'The keys of the issuer cannot be read now, so nothing can be said of the signature.',
        )
      }
    },
  )

export const signInOperations = (needs: Needs): readonly Operation[] => [
  read(needs),
  save(needs),
  ...clientSecretOperations(needs),
  ...trustOperations(needs),
  explain(needs),
]
