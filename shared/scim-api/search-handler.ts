import { notFound } from '../scim/errors'
import type { ResourceType } from '../scim/schema/schema'
import type { Exchange, Handle, Reply } from '../http/exchange'
import { answerList } from './list-handler'
import { readSearchMessage } from '../http/messages'
import { methodNotAllowed } from './refusals'

/** A query by POST over the resources of these types (RFC 7644 section 3.4.3): what the same GET would answer. */
export async function searchResources(exchange: Exchange, types: readonly ResourceType[]): Promise<Reply> {
  if (exchange.method !== 'POST') throw methodNotAllowed(['POST'])
  const isStrict = exchange.directory.types.User.strict === true
  return answerList(exchange, types, readSearchMessage(await exchange.body(), isStrict))
}

/** Answers for /.search, over users and groups together. */
export const searchHandler: Handle = async (exchange) => {
  if (exchange.path.length > 1) throw notFound('There is no such endpoint below .search.')
  const { User, Group } = exchange.directory.types
  return searchResources(exchange, [User, Group])
}
