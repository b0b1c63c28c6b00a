import { parseArgs, type ParseArgsConfig } from 'node:util'
import type { TokenStore } from '../shared/credentials/tokens/token-store'
import type { VaultOptions } from '../shared/credentials/vault/vault-client'
import { vaultStore } from '../shared/credentials/vault/vault-store'
import { isTenantSlug, readConfig, type Config, type Environment } from '../shared/config'
import { isObject } from '../shared/scim/json'
import { connectTables } from '../shared/storage/connect'
import { createMeter } from '../shared/storage/meter'
import { TENANTS_TABLE, type TenantStorage } from '../shared/tenants/registry'
import { OperatorError } from './operator-error'

/** What surrounds a command. */
export interface Io {
  readonly env: Environment
  readonly print: (line: string) => void
  readonly printError: (line: string) => void
  /** Merged over the options of the vault's client. */
  readonly vault?: Partial<VaultOptions>
}

export const CONNECTION_FLAGS = {
  'tables-url': { type: 'string' },
  'vault-url': { type: 'string' },
  'public-url': { type: 'string' },
} as const

export type Flags = Readonly<Partial<Record<keyof typeof CONNECTION_FLAGS, string | undefined>>>

/** A person at a terminal waits longer than a request; signing in by the Azure CLI takes seconds. */
const TIMEOUT_MS = 30_000

/** Flags and words of a command. @throws OperatorError for what cannot be read */
export function readArguments<T extends ParseArgsConfig['options']>(argv: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true })
  } catch (error) {
    // The first sentence of Node's message names the flag; the rest is advice that does not apply here.
    const message = isObject(error) && typeof error['message'] === 'string' ? error['message'] : 'The flags cannot be read'
    const [sentence = ''] = message.split(/\.\s|\n/)
    throw new OperatorError(`${sentence.replace(/\.$/, '')}.`, { cause: error })
  }
}

/** @throws OperatorError or ConfigError when TABLES_URL is missing or wrong */
export function connectStorage(flags: Flags, io: Io): TenantStorage {
  const config = readTablesConfig(flags, io)
  const tables = connectTables(
    config.kind === 'identity'
      ? { url: config.url, timeoutMs: TIMEOUT_MS }
      : { connectionString: config.connectionString, timeoutMs: TIMEOUT_MS },
  )
  return {
    list: () => tables.open(TENANTS_TABLE, createMeter()),
    open: (table) => tables.open(table, createMeter()),
    create: (table) => tables.create(table),
    drop: (table) => tables.drop(table),
  }
}

/** Where the tables are. @throws OperatorError or ConfigError when TABLES_URL is missing or wrong */
export const readTablesConfig = (flags: Flags, io: Io) => configOf(flags, io, { LOCAL_TENANT_TOKENS: '{}' }).tables // the vault is of no matter here

/** The vault, and the app's origin when it is known. @throws OperatorError or ConfigError when a setting is missing or wrong */
export function connectVault(flags: Flags, io: Io): { vault: TokenStore; origin: string | undefined } {
  const KEY_VAULT_URL = setting('KEY_VAULT_URL', flags['vault-url'], io)
  if (KEY_VAULT_URL === undefined) throw new OperatorError('KEY_VAULT_URL is missing: set it, or give --vault-url.')
  const PUBLIC_URL = setting('PUBLIC_URL', flags['public-url'], io)
  const { tokens, publicUrl } = configOf(flags, io, { KEY_VAULT_URL, PUBLIC_URL })
  const vaultUrl = tokens.kind === 'keyVault' ? tokens.url : ''
  return { vault: vaultStore({ vaultUrl, changeTimeoutMs: TIMEOUT_MS, actor: 'operator', ...io.vault }), origin: publicUrl }
}

/** Checked by the service's own rules, of which an operator needs a part; an emulator's connection string will do for a trial. */
function configOf(flags: Flags, io: Io, others: Environment): Config {
  const TABLES_URL = setting('TABLES_URL', flags['tables-url'], io)
  const TABLES_CONNECTION_STRING = TABLES_URL === undefined ? setting('TABLES_CONNECTION_STRING', undefined, io) : undefined
  if (TABLES_URL === undefined && TABLES_CONNECTION_STRING === undefined) {
    throw new OperatorError('TABLES_URL is missing: set it, or give --tables-url.')
  }
  return readConfig({ TABLES_URL, TABLES_CONNECTION_STRING, ...others })
}

function setting(name: string, flag: string | undefined, io: Io): string | undefined {
  const value = flag ?? io.env[name]
  return value === '' ? undefined : value
}

/** @throws OperatorError unless the text can name a tenant */
export function checkSlug(text: string | undefined): string {
  if (text !== undefined && isTenantSlug(text)) return text
  throw new OperatorError('A tenant is named by 1 to 40 lower-case letters, digits and inner hyphens.')
}
