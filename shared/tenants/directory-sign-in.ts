import * as z from 'zod'

/** A secret of the tenant's OAuth client. Times are ISO 8601. */
const clientSecret = z.object({
  id: z.string(),
  label: z.string(),
  lastFour: z.string(),
  /** SHA-256 of the secret, in hex. */
  digest: z.string(),
  created: z.string(),
  expires: z.string(),
})

/** An identity in Entra ID whose assertions stand for the tenant's OAuth client (workload identity federation). */
const trust = z.object({
  id: z.string(),
  label: z.string(),
  /** As assertions name it in `iss`. */
  issuer: z.string(),
  subject: z.string(),
  /** The Entra ID tenant, which the issuer names too. */
  tenantId: z.string(),
  /** Each exact: any one of them fits. */
  audiences: z.array(z.string()).readonly(),
  /** ISO 8601. */
  created: z.string(),
})

/** By what the tenant's directory may sign in to SCIM, as the settings hold it. */
export const directorySignIn = z.object({
  /** Whether Secret Tokens open the tenant. */
  bearer: z.boolean(),
  /** How long an access token lives. */
  accessTokenMinutes: z.number(),
  secrets: z.array(clientSecret).readonly(),
  trusts: z.array(trust).readonly(),
})

export type ClientSecret = Readonly<z.infer<typeof clientSecret>>
export type Trust = Readonly<z.infer<typeof trust>>
export type DirectorySignIn = Readonly<z.infer<typeof directorySignIn>>

/** Microsoft's gallery wants 60 minutes to 6 hours. */
export const ACCESS_TOKEN_MINUTES = { min: 60, max: 360 }

export const firstSignIn: DirectorySignIn = {
  bearer: true,
  accessTokenMinutes: ACCESS_TOKEN_MINUTES.min,
  secrets: [],
  trusts: [],
}
