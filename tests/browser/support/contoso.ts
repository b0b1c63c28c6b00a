import { CONTOSO } from '../../../dev/demo/contoso'
import { administer, provision, sender } from '../../../dev/demo/fill'
import { lockAndTell } from '../../../dev/demo/story'
import type { Running } from '../../../dev/browser/running'

export type Manage = ReturnType<typeof sender>

/** The management API of the tenant `demo`, as whoever holds the setup link. */
export async function manageOf({ origin, setupLink }: Running): Promise<Manage> {
  const [, link] = setupLink.split('#link=')
  const { token } = await sender(`${origin}/api/manage`, '')('POST', '/session', { link })
  return sender(`${origin}/api/manage/tenants/demo`, String(token))
}

/** A setup link for somebody who may look and not change. */
export async function readerLink(manage: Manage): Promise<string> {
  return String((await manage('POST', '/links', { role: 'reader', days: 1, label: 'A reader' }))['url'])
}

/** Fills the running service with the customer Contoso and its ids by name; its roles have been announced. */
export async function fillWithContoso(service: Running): Promise<{ ids: ReadonlyMap<string, string>; manage: Manage }> {
  const manage = await manageOf(service)
  const scim = sender(service.tenantUrl, service.token)
  const ids = await provision(scim, CONTOSO)
  await administer(manage, CONTOSO, ids)
  await lockAndTell(manage, scim, ids)
  return { ids, manage }
}
