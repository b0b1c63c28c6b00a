import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { isObject, own, setOwn } from '../../shared/scim/json'
import type { JsonObject } from '../../shared/scim/json'
import type { Environment } from '../../shared/config'
import { StartError } from './start-options'
import type { StartOptions } from './start-options'

function jsonObject(text: string, name: string): JsonObject {
  try {
    const json: unknown = JSON.parse(text)
    if (isObject(json)) return json
  } catch {
    // told below, without the text, which may hold secrets
  }
  throw new StartError(`${name} is not a JSON object; correct it or delete it.`)
}

const fileObject = (path: string, name: string) => (existsSync(path) ? jsonObject(readFileSync(path, 'utf8'), name) : {})

/**
 * The settings of a local.settings.json, or none when the file is missing.
 * @throws StartError when it is not JSON
 */
export function localSettings(path: string): Record<string, string> {
  const values = own(fileObject(path, 'local.settings.json'), 'Values')
  const texts = Object.entries(isObject(values) ? values : {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
  return Object.fromEntries(texts)
}

function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** The token this folder keeps for a tenant, made at the first call, so that a restart does not lock a connected client out. */
function keptToken(path: string, tenant: string): string {
  const tokens = fileObject(path, '.azurite/tokens.json')
  const kept = own(tokens, tenant)
  if (typeof kept === 'string') return kept
  const token = newToken()
  setOwn(tokens, tenant, token)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${JSON.stringify(tokens, null, 2)}\n`, { mode: 0o600 })
  return token
}

/**
 * The tenants' tokens for LOCAL_TENANT_TOKENS: those the settings have, and one for the tenant of the command line. Its token is the
 * flag's, else the settings', else the one kept in tokensPath; with --memory a fresh one.
 */
export function tenantTokens(options: StartOptions, settings: Environment, tokensPath: string): JsonObject {
  const tokens = jsonObject(settings['LOCAL_TENANT_TOKENS'] || '{}', 'LOCAL_TENANT_TOKENS')
  const given = options.token ?? own(tokens, options.tenant)
  setOwn(tokens, options.tenant, given ?? (options.memory ? newToken() : keptToken(tokensPath, options.tenant)))
  return tokens
}

/** The environment with the settings it does not set itself, then what a local run must have: Azurite's tables and local tokens. */
export function localEnvironment(env: Environment, settings: Environment, tables: string, tokens: JsonObject): Environment {
  return {
    ...settings,
    ...env,
    TABLES_CONNECTION_STRING: tables,
    LOCAL_TENANT_TOKENS: JSON.stringify(tokens),
    TABLES_URL: '',
    KEY_VAULT_URL: '',
  }
}
