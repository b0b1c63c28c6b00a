import * as z from 'zod'
import { ScimError } from '../scim/errors'
import type { ResourceType } from '../scim/schema/schema'
import { sentBranding } from '../tenants/branding'
import { indexablePath, MAX_MATCHING, type MatchingChoice } from '../tenants/matching'
import { roleEndpoint as storedRoleEndpoint, typesOf, type Tenant } from '../tenants/tenant'
import { tenantOperation, type Operation } from '../api/operation'
import { invalid, type WrongField } from '../api/problem'
import { saveChange, version } from '../api/save-settings'

const matchingChoice = z
  .strictObject({
    type: z.enum(['User', 'Group']),
    path: z
      .string()
      .min(1)
      .max(300)
      .describe('Such as employeeNumber of the enterprise extension, with its URN: urn:…:enterprise:2.0:User:employeeNumber'),
  })
  .meta({ id: 'MatchingChoice' })

const strict = z.boolean().describe('Holds requests to the letter of the RFCs, and learns no attributes from them')
const staging = z.boolean().describe('Whether people who are provisioned from now on are Pending until they are released')

const roleEndpoint = storedRoleEndpoint.describe(
  'Where the access roles are listed to the directory, as Okta finds what it may assign',
)

const settingsShown = z
  .object({
    version,
    strict,
    roleEndpoint,
    staging,
    matching: z
      .array(matchingChoice.extend({ ready: z.boolean().describe('Whether everybody is in the index yet') }))
      .describe('Attributes that a filter finds people and groups by as fast as by userName'),
    branding: sentBranding.describe('Set by the operator'),
    paused: z.boolean().describe('Set by the operator'),
  })
  .meta({ id: 'Settings' })

const shown = ({ settings }: Tenant) => {
  const { strict, roleEndpoint, staging, matching, branding, paused } = settings
  return {
    version: settings.version,
    strict,
    roleEndpoint,
    staging,
    matching: matching.map(({ type, path, ready }) => ({ type, path, ready })),
    branding,
    paused,
  }
}

const read = tenantOperation(
  {
    id: 'readSettings',
    method: 'GET',
    path: '/tenants/{tenant}/settings',
    summary: 'Settings and branding',
    access: 'tenantReader',
    answers: { 200: { description: 'The settings', schema: settingsShown } },
  },
  ({ tenant }) => Promise.resolve({ status: 200, body: shown(tenant) }),
)

const save = tenantOperation(
  {
    id: 'saveSettings',
    method: 'PUT',
    path: '/tenants/{tenant}/settings',
    summary: 'Saves the settings of the directory as a whole',
    access: 'tenantAdmin',
    audit: 'settings.saved',
    body: z.strictObject({
      version,
      strict,
      roleEndpoint: roleEndpoint.default('none'),
      staging,
      matching: z.array(matchingChoice).max(MAX_MATCHING, `can be at most ${MAX_MATCHING}`),
    }),
    answers: { 200: { description: 'Saved', schema: settingsShown } },
  },
  async ({ registry, body: { version: expected, ...change }, wake, audit, tenant }) => {
    refuseMatching(tenant, change.matching)
    return { status: 200, body: shown(await saveChange(registry, { tenant, wake, audit }, { change, expected })) }
  },
)

const saveBranding = tenantOperation(
  {
    id: 'saveBranding',
    method: 'PUT',
    path: '/tenants/{tenant}/settings/branding',
    summary: "Saves the vendor's name, logo and support address as a whole",
    access: 'operatorAdmin',
    audit: 'settings.saved',
    body: sentBranding.extend({ version }),
    answers: { 200: { description: 'Saved', schema: settingsShown } },
  },
  async ({ registry, body: { version: expected, ...branding }, wake, audit, tenant }) => ({
    status: 200,
    body: shown(await saveChange(registry, { tenant, wake, audit }, { change: { branding }, expected })),
  }),
)

function refuseMatching({ settings: { declared, inherited, learnt } }: Tenant, matching: readonly MatchingChoice[]): void {
  const types = typesOf({ declared, inherited, strict: false }, learnt)
  const wrong = matching.flatMap(({ type, path }, index): WrongField[] => {
    const detail = whyNotIndexable(types[type], path)
    return detail === undefined ? [] : [{ path: `/matching/${index}/path`, detail }]
  })
  if (wrong.length > 0) throw invalid(wrong)
}

export function whyNotIndexable(type: ResourceType, path: string): string | undefined {
  try {
    indexablePath(type, path)
    return undefined
  } catch (error) {
    if (error instanceof ScimError) return error.message
    throw error
  }
}

export const settingsOperations: readonly Operation[] = [read, save, saveBranding]
