import { randomBytes } from 'node:crypto'
import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { isObject, own, setOwn } from '../../shared/scim/json'
import type { JsonObject } from '../../shared/scim/json'
import type { Environment } from '../../shared/config'
import { FABRIKAM } from '../demo/customers'
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

/**
 * Makes the folder of what is kept where it is missing.
 * @throws StartError, with what to change, when nothing can be written there
 */
export function checkFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true })
    accessSync(path, constants.W_OK)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    throw new StartError(
      `Data are kept in ${path}, which cannot be written (${code}): give yourself the right to write there, or use --memory.`,
    )
  }
}

/** The secret that a file keeps for a tenant. @throws StartError when the file is not JSON */
export function keptSecret(path: string, tenant: string): string | undefined {
  const kept = own(fileObject(path, `.azurite/${basename(path)}`), tenant)
  return typeof kept === 'string' ? kept : undefined
}

export function keepSecret(path: string, tenant: string, secret: string): void {
  const secrets = fileObject(path, `.azurite/${basename(path)}`)
  setOwn(secrets, tenant, secret)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 })
}

/** The token this folder keeps for a tenant, made at the first call, so that a restart does not lock a connected client out. */
function keptToken(path: string, tenant: string): string {
  const kept = keptSecret(path, tenant)
  if (kept !== undefined) return kept
  const token = newToken()
  keepSecret(path, tenant, token)
  return token
}

/**
 * The tenants' tokens for LOCAL_TENANT_TOKENS: those the settings have, and one for the tenant of the command line, with --demo for
 * the other one that works as well. A token is the flag's, else the settings', else the one kept in tokensPath; with --memory a fresh one.
 */
export function tenantTokens(options: StartOptions, settings: Environment, tokensPath: string): JsonObject {
  const tokens = jsonObject(settings['LOCAL_TENANT_TOKENS'] || '{}', 'LOCAL_TENANT_TOKENS')
  if (options.token !== undefined) setOwn(tokens, options.tenant, options.token)
  for (const slug of connectedTenants(options))
    if (own(tokens, slug) === undefined) setOwn(tokens, slug, options.memory ? newToken() : keptToken(tokensPath, slug))
  return tokens
}

/** The tenants whose directory comes by: that of the command line, and of the demo's others the one that works. */
export const connectedTenants = ({ tenant, demo }: Pick<StartOptions, 'tenant' | 'demo'>): readonly string[] =>
  demo ? [tenant, FABRIKAM] : [tenant]

/**
 * The environment with the settings it does not set itself, then what a local run must have: Azurite's tables and local tokens. Webhooks
 * may go to this machine, unless PUBLIC_URL says that others come in.
 */
export function localEnvironment(env: Environment, settings: Environment, tables: string, tokens: JsonObject): Environment {
  const given = { ...settings, ...env }
  return {
    ...((given['PUBLIC_URL'] ?? '') === '' && { WEBHOOK_ALLOW_LOCAL: 'true' }),
    ...settings,
    ...env,
    TABLES_CONNECTION_STRING: tables,
    LOCAL_TENANT_TOKENS: JSON.stringify(tokens),
    TABLES_URL: '',
    KEY_VAULT_URL: '',
  }
}
