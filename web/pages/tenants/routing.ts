import type { Answer } from '../../api/client'

export type Routing = Answer<'readRoutes'>
export type Draft = Pick<Routing, 'onLeave'> & { readonly routes: readonly DraftRoute[] }
/** Without an id: not saved yet. */
export type DraftRoute = Omit<Routing['routes'][number], 'id'> & { readonly id?: string }
