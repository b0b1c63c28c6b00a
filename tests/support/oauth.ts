import { send, type Answer } from './service'

/** A token request as a client sends it: the form, and a Basic header where `basic` gives one. */
export function askToken(
  origin: string,
  slug: string,
  form: Readonly<Record<string, string>> | string,
  {
    basic,
    headers = {},
  }: { readonly basic?: readonly [id: string, secret: string]; readonly headers?: Record<string, string> } = {},
): Promise<Answer> {
  const encoded = (text: string) => new URLSearchParams({ '': text }).toString().slice(1)
  const authorization = basic && `Basic ${Buffer.from(basic.map(encoded).join(':')).toString('base64')}`
  return send(`${origin}/oauth/${slug}/token`, {
    method: 'POST',
    body: typeof form === 'string' ? form : new URLSearchParams(form).toString(),
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(authorization !== undefined && { authorization }),
      ...headers,
    },
  })
}

export const GRANT = { grant_type: 'client_credentials' }
