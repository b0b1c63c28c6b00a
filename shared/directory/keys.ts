/** What a tenant's keys are for. Each purpose has its own, and none tells anything of another. */
export type KeyPurpose = 'cursors' | 'webhooks' | 'accessTokens'

export interface TenantKey {
  /** The version of the service's root key that it derives from. */
  readonly version: string
  /** 32 bytes. */
  readonly bytes: Uint8Array
}

/**
 * Keys of one tenant. None is stored: they derive from the service's root key (docs/decisions/0013-root-key.md).
 * Both methods throw VaultUnavailable or VaultForbidden when the root key is needed and cannot be read.
 */
export interface TenantKeys {
  /** The one by which something new is made. */
  readonly newest: (purpose: KeyPurpose) => Promise<TenantKey>
  /**
   * What `isIt` makes of the first key that it knows something about, the newest first; undefined when that is none. Before that
   * is said the root key is read again, if that was not done within seconds: another instance may know a newer version.
   */
  readonly find: <T>(purpose: KeyPurpose, isIt: (key: TenantKey) => T | undefined) => Promise<T | undefined>
}
