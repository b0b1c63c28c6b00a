/** The app registration through which operators sign in. */
export interface OperatorSignIn {
  readonly issuer: string
  readonly clientId: string
}

/** What the page was told when it was served; undefined where only setup links sign in. */
export function operatorSignIn(): OperatorSignIn | undefined {
  const text = document.querySelector<HTMLMetaElement>('meta[name="rollcall-sign-in"]')?.content ?? ''
  return text === '' ? undefined : (JSON.parse(text) as OperatorSignIn)
}

/** Whether the page was opened by Entra ID's answer to a sign-in. */
export function isSigningIn(): boolean {
  const query = new URLSearchParams(location.search)
  return query.has('state') && (query.has('code') || query.has('error'))
}
