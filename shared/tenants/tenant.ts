import { createHash } from 'node:crypto'
import * as z from 'zod'
import { defaultPolicy } from '../roles/catalogue'
import { roleLabels } from '../roles/labels'
import { policySchema } from '../roles/rules'
import { withDeclared, type DeclaredAttribute } from '../scim/schema/declared'
import { withLearnt, type LearntAttribute } from '../scim/schema/learnt'
import type { ResourceType } from '../scim/schema/schema'
import { groupType, userType } from '../scim/schema/schemas'
import { fromChunks, mergedChunks } from '../storage/chunks'
import type { Row, Values } from '../storage/table'
import { storedBranding } from './branding'
import { storedCapture } from './capture'
import { declaredAttribute } from './declared-attributes'
import { directorySignIn, firstSignIn } from './directory-sign-in'
import { connection, routing, superTenant } from './routing'

/** One customer's directory: its row in the table of tenants, and the settings row of its own table. */
export interface Tenant {
  readonly slug: string
  /** Counts the directories that had this slug, so that a new one never meets rows or secrets of an old one. */
  readonly generation: number
  readonly table: string
  readonly settings: TenantSettings
}

/** The service's own name of the shape: without the undefined that zod allows in an optional property. */
const declared = declaredAttribute as z.ZodType<DeclaredAttribute>
const learntAttribute = z.object({
  type: z.enum(['User', 'Group']),
  urn: z.string(),
  name: z.string(),
  multiValued: z.literal(true).optional(),
})

/** An attribute by which the tenant's directory looks people or groups up: an index serves it once it is ready. */
const matchingSetting = z.object({
  type: z.enum(['User', 'Group']),
  /** As printPath prints it. */
  path: z.string(),
  /** Whether everybody who was there before it was named is in the index. */
  ready: z.boolean(),
  /** When it was named; instances may not know of it for another 30 s. */
  since: z.string(),
})

/** Where the directory finds the access roles as resources: both are Okta's, no RFC has them. */
export const roleEndpoint = z.enum(['none', 'Roles', 'Entitlements'])
export type RoleEndpoint = Exclude<z.infer<typeof roleEndpoint>, 'none'>

/** What people chose, each with its value before anybody has. A new one is a line here, and an operation that saves it. */
const chosenSettings = z.object({
  /** Requests are held to the letter of the RFCs, nothing is learnt. */
  strict: z.boolean().default(false),
  /** Where the directory may read the access roles as resources; nowhere unless somebody chose. */
  roleEndpoint: roleEndpoint.default('none'),
  declared: z.array(declared).default([]),
  matching: z.array(matchingSetting).default([]),
  /** People who are provisioned from now on wait for a release. */
  staging: z.boolean().default(false),
  /** The consumers of the feed are held, while SCIM and the feed itself go on. */
  paused: z.boolean().default(false),
  branding: storedBranding.default({}),
  /** Access roles and the rules that give them. */
  policy: policySchema.default(defaultPolicy),
  /** What it was made with: as long as both are the same, nobody here has saved one. */
  firstPolicy: policySchema.default(defaultPolicy),
  /** What people here call the roles; no part of the policy, which may be the super tenant's. */
  roleLabels: roleLabels.default([]),
  /** How long the records of the change feed are kept. */
  retentionDays: z.number().default(90),
  /** How long the records of who changed what in its administration are kept. */
  auditDays: z.number().default(365),
  /** When a record tells of disabled people who have equipment: each 1 to 31 days, or never, from an hour of the day in UTC on. */
  equipmentReport: z.object({ everyDays: z.number().nullable(), hourUtc: z.number() }).default({ everyDays: null, hourUtc: 6 }),
  /** Whose requests are kept for an administrator to see; null: nobody's. It may have ended. */
  capture: storedCapture.nullable().default(null),
  /** By what the directory signs in. */
  directorySignIn: directorySignIn.default(firstSignIn),
  /** Of a super tenant: the tenants that it may route people to. */
  connections: z.array(connection).default([]),
  /** Of a super tenant: which groups go where. */
  routing: routing.default({ onLeave: 'disable', routes: [] }),
  /** Who routes people here; null: nobody. */
  superTenant: superTenant.nullable().default(null),
  /** The policy is the super tenant's, until somebody here saves one. */
  inheritsRoles: z.boolean().default(false),
  /** Attributes that copies bring along from the super tenant. */
  inherited: z
    .object({ declared: z.array(declared).readonly(), learnt: z.array(learntAttribute).readonly() })
    .default({ declared: [], learnt: [] }),
})

type Parsed = z.infer<typeof chosenSettings>

export type ChosenSettings = {
  readonly [K in keyof Parsed]: Parsed[K] extends (infer One)[] ? readonly One[] : Parsed[K]
}
export type MatchingSetting = ChosenSettings['matching'][number]
export type EquipmentReport = ChosenSettings['equipmentReport']

export interface TenantSettings extends ChosenSettings {
  /** Grows with each save by people, from 1. */
  readonly version: number
  /** Grows whenever tokens are generated or revoked, or the way of signing in is changed: every instance reads the vault again. */
  readonly tokenEpoch: number
  readonly revokedTokens: ReadonlySet<string>
  readonly learnt: readonly LearntAttribute[]
  /** The core types with what this tenant declared and what its directory sent beyond that. */
  readonly types: TenantTypes
  /** As they are stored. */
  readonly row: Pick<Row, 'etag' | 'values'>
}

export interface TenantTypes {
  readonly User: ResourceType
  readonly Group: ResourceType
}

/**
 * Azure allows 3 to 63 letters and digits, without case; the hash tells `a-b` from `ab`. The settings row names the slug,
 * so that even two slugs of one hash could not share a table.
 */
export function tenantTable(slug: string, generation: number): string {
  const hash = createHash('sha256').update(slug).digest('hex').slice(0, 16)
  return `t${slug.replaceAll('-', '')}${hash}g${generation}`
}

export function newSettings(slug: string): Values {
  return { slug, version: 1, epoch: 1, revoked: '[]', learnt: '[]' }
}

const json = <T>(shape: z.ZodType<T>) => z.string().transform((text) => shape.parse(JSON.parse(text)))

const settingsValues = z.object({
  slug: z.string(),
  version: z.number().default(1),
  epoch: z.number(),
  revoked: json(z.array(z.string())),
  learnt: json(z.array(learntAttribute)),
})

/** @throws Error when the row is another tenant's or malformed */
export function readSettings(row: Pick<Row, 'etag' | 'values'>, slug: string): TenantSettings {
  const { slug: owner, version, epoch, revoked, learnt } = settingsValues.parse(row.values)
  if (owner !== slug) throw new Error('The settings row belongs to another tenant.')
  const chosen = readChosen(row.values)
  return {
    ...chosen,
    version,
    tokenEpoch: epoch,
    revokedTokens: new Set(revoked),
    learnt,
    types: typesOf(chosen, learnt),
    row: { etag: row.etag, values: row.values },
  }
}

/**
 * The schemas that validate a tenant's requests. A declared attribute stands before a learnt one of its name, the tenant's own
 * before one that copies bring along.
 */
export function typesOf(
  chosen: Pick<ChosenSettings, 'declared' | 'strict' | 'inherited'>,
  learnt: readonly LearntAttribute[],
): TenantTypes {
  const { declared, strict, inherited } = chosen
  const typeOf = (core: ResourceType): ResourceType => {
    const type = withLearnt(withDeclared(core, [...declared, ...inherited.declared]), [...learnt, ...inherited.learnt])
    return strict ? { ...type, strict } : type
  }
  return { User: typeOf(userType), Group: typeOf(groupType) }
}

/** Each setting is JSON in properties of its own: `declared0`, `declared1`, … */
function readChosen(values: Values): ChosenSettings {
  const texts = Object.keys(chosenSettings.shape).map((name) => [name, fromChunks(values, name)] as const)
  const given = texts.filter(([, text]) => text !== '').map(([name, text]) => [name, JSON.parse(text) as unknown] as const)
  return chosenSettings.parse(Object.fromEntries(given))
}

/** The properties to merge into a row that holds the given ones. */
export function chosenValues(held: Values, chosen: Partial<ChosenSettings>): Values {
  const values = Object.entries(chosen).map(([name, value]) => mergedChunks(held, JSON.stringify(value), name))
  return Object.assign({}, ...values) as Values
}
