import * as z from 'zod'
import { isTenantSlug } from '../config'

export const MAX_CONNECTIONS = 50
export const MAX_ROUTES = 500
/** What a rule keeps of its group's names, a route keeps as well. */
const MAX_TEXT_LENGTH = 256

const slug = z.string().refine(isTenantSlug)

/** The operator's permission to route people of a super tenant to the tenant. One that is `ending` has no routes any more. */
export const connection = z.object({ tenant: slug, state: z.enum(['live', 'ending']) })

/** Members of the group are copied to the tenant, and the group with them. The names are as last seen: a route follows the id. */
const route = z.object({
  id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  groupId: z.string().regex(/^[0-9a-f]{32}$/),
  groupName: z.string().max(MAX_TEXT_LENGTH),
  groupExternalId: z.string().min(1).max(MAX_TEXT_LENGTH).optional(),
  tenant: slug,
})

/** What becomes of a copy when the person leaves the last group that is routed there. */
export const onLeave = z.enum(['disable', 'delete'])

export const routing = z.object({ onLeave, routes: z.array(route).max(MAX_ROUTES).readonly() })

export const superTenant = z.object({ slug, name: z.string() })

export type Connection = Readonly<z.infer<typeof connection>>
export type Route = Readonly<z.infer<typeof route>>
export type Routing = Readonly<z.infer<typeof routing>>
