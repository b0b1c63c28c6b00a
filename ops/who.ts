import { userInfo } from 'node:os'
import { randomUUID } from 'node:crypto'
import { auditor, listAuditor, type Audit, type AuditBy } from '../shared/audit/record'
import type { AuditAction } from '../shared/audit/catalogue'
import { readTablesConfig, type Flags, type Io } from './connection'

/** Makes the audit's records of a command: in a tenant's table, and in the table of tenants. */
export interface CommandAudit {
  readonly audit: (action: AuditAction) => Audit
  readonly listAudit: (action: AuditAction) => Audit
}

/** Who runs the command, for the records of what it does. @throws what signing in throws */
export async function commandAudit(flags: Flags, io: Io): Promise<CommandAudit> {
  const by = await whoRuns(flags, io)
  const doing = { by, correlationId: randomUUID(), now: () => new Date() }
  return {
    audit: (action) => auditor({ ...doing, action }),
    listAudit: (action) => listAuditor({ ...doing, action }),
  }
}

/** Whoever is signed in with Azure, by object id; with an emulator's connection string the machine's user. */
async function whoRuns(flags: Flags, io: Io): Promise<AuditBy> {
  if (readTablesConfig(flags, io).kind === 'connectionString') return { kind: 'cli', name: `${userInfo().username} (local)` }
  const [{ DefaultAzureCredential }, { decodeJwt }] = await Promise.all([import('@azure/identity'), import('jose')])
  const { token } = await new DefaultAzureCredential().getToken('https://storage.azure.com/.default')
  return whoIs(decodeJwt(token))
}

/** Out of the claims of an access token: a person has a name or a upn, an application an appid. */
export function whoIs(claims: Readonly<Record<string, unknown>>): AuditBy {
  const text = (name: string) => (typeof claims[name] === 'string' ? claims[name] : undefined)
  const id = text('oid')
  const name = text('name') ?? text('upn') ?? text('unique_name') ?? `application ${text('appid') ?? 'unknown'}`
  return { kind: 'cli', ...(id !== undefined && { id }), name }
}
