import { isLive, MAX_LIVE_TOKENS, TokenRefused, type TokenFacts, type TokenStore } from '../shared/credentials/tokens/token-store'
import { createTenant, isSlugTaken } from '../shared/tenants/lifecycle'
import { announceTokens, listEntries, readTenant, type TenantEntry, type TenantStorage } from '../shared/tenants/registry'
import type { Tenant } from '../shared/tenants/tenant'
import { checkSlug, CONNECTION_FLAGS, connectStorage, connectVault, readArguments, type Io } from './connection'
import { OperatorError } from './operator-error'
import { commandAudit, type CommandAudit } from './who'

const FLAGS = { ...CONNECTION_FLAGS, name: { type: 'string' }, days: { type: 'string' } } as const
const DAY_MS = 86_400_000
const DEFAULT_DAYS = '365'
const MAX_DAYS = 3650
const MAX_NAME_LENGTH = 100
/** What the console calls a token that was made here. */
const LABEL = 'Command line'
const WARN_BEFORE_MS = 30 * DAY_MS

interface Work {
  readonly storage: TenantStorage
  readonly vault: TokenStore
  readonly origin: string | undefined
  readonly print: (line: string) => void
  /** Asked for when something is to be recorded: a list signs in for its reads alone. */
  readonly recorder: () => Promise<CommandAudit>
  readonly expiresAt: number
  /** What people call a new tenant; its slug unless given. */
  readonly name: string | undefined
}

const actions: Readonly<
  Record<string, { words: number; takes: string; run: (work: Work, slug: string, version: string) => Promise<void> }>
> = {
  list: { words: 0, takes: 'no words', run: list },
  create: { words: 1, takes: 'the slug of the new tenant', run: create },
  rotate: { words: 1, takes: 'the slug of a tenant', run: rotate },
  revoke: { words: 2, takes: 'the slug of a tenant and a version', run: revoke },
}

/** `npm run tenant`: the tenants of a deployment and their tokens. @throws OperatorError and what tables and vault throw */
export async function tenantCommand(argv: readonly string[], io: Io): Promise<void> {
  const { values: flags, positionals } = readArguments(argv, FLAGS)
  const [name = '', ...words] = positionals
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined
  // The words themselves are not repeated: one may be a token.
  if (action === undefined) throw new OperatorError('Say list, create, rotate or revoke; --help shows how.')
  if (words.length !== action.words) throw new OperatorError(`"tenant ${name}" takes ${action.takes}.`)
  const slug = action.words > 0 ? checkSlug(words[0]) : ''
  const work = {
    expiresAt: expiry(flags.days ?? DEFAULT_DAYS),
    name: flags.name === undefined ? undefined : checkName(flags.name),
    storage: connectStorage(flags, io),
    ...connectVault(flags, io),
    print: io.print,
    recorder: () => commandAudit(flags, io),
  }
  await action.run(work, slug, words[1] ?? '')
}

function expiry(days: string): number {
  const number = Number(days)
  if (!/^\d+$/.test(days) || number < 1 || number > MAX_DAYS) {
    throw new OperatorError(`--days takes a whole number from 1 to ${MAX_DAYS}.`)
  }
  return Date.now() + number * DAY_MS
}

function checkName(name: string): string {
  if (name.trim() !== '' && name.length <= MAX_NAME_LENGTH && !/\p{C}/u.test(name)) return name
  throw new OperatorError(`--name takes 1 to ${MAX_NAME_LENGTH} visible characters.`)
}

async function create(work: Work, slug: string): Promise<void> {
  if (await isSlugTaken(work.storage, slug)) throw await taken(work.storage, slug)
  const { audit, listAudit } = await work.recorder()
  // The token first: a tenant without one would be there and shut, while a token that nobody was shown opens nothing.
  const { value, facts } = await work.vault.add({ slug, generation: 1 }, newTokenOf(work))
  const tenant = { slug, name: work.name ?? slug, time: new Date().toISOString() }
  const fact = { subject: slug, label: tenant.name, after: { name: tenant.name } }
  const inTenant = [audit('tenant.created')(fact), audit('token.created')(tokenFact(facts))]
  const beside = { inList: [listAudit('tenant.created')({ ...fact, tenant: slug })], inTenant }
  if (!(await createTenant(work.storage, tenant, beside))) throw await taken(work.storage, slug)
  work.print(`The tenant ${slug} is made.`)
  show(work, { slug, token: value, version: facts.id })
}

async function taken(storage: TenantStorage, slug: string): Promise<OperatorError> {
  if ((await readTenant(storage, slug)) === undefined)
    return new OperatorError(`The slug ${slug} was a tenant's that was deleted, and slugs never return; choose another.`)
  return new OperatorError(`The tenant ${slug} exists already; "tenant rotate" gives it another token.`)
}

const tokenFact = ({ id, label, expiresAt }: TokenFacts) => ({
  subject: id,
  label,
  after: { expires: expiresAt === undefined ? undefined : new Date(expiresAt).toISOString() },
})

const newTokenOf = ({ expiresAt }: Work) => ({ label: LABEL, expiresAt, mayEndOldest: true })

async function rotate(work: Work, slug: string): Promise<void> {
  const tenant = await existing(work.storage, slug)
  const { audit } = await work.recorder()
  const before = await work.vault.list(tenant)
  const { value, facts } = await work.vault.add(tenant, newTokenOf(work))
  const beside = [audit('token.created')(tokenFact(facts))]
  await announceTokens(work.storage, tenant, { beside }).catch(async (error: unknown) => {
    await work.vault.disable(tenant, facts.id) // nobody was shown it, and nothing tells of it
    throw error
  })
  work.print(`The tenant ${slug} has one more token. Every instance takes it within 30 seconds.`)
  show(work, { slug, token: value, version: facts.id })
  const live = before.filter((token) => stateOf(token, tenant) === 'live')
  for (const { id } of live)
    work.print(`Still works; end it once Entra ID has the new one: npm run tenant -- revoke ${slug} ${id}`)
  if (live.length >= MAX_LIVE_TOKENS)
    work.print(`Only the newest ${MAX_LIVE_TOKENS} count, so the oldest of these has ended now.`)
}

function show({ print, origin, expiresAt }: Work, made: { slug: string; token: string; version: string }): void {
  print('')
  print(`Tenant URL    ${origin ?? 'https://<function app>'}/scim/${made.slug}`)
  print(`Secret Token  ${made.token}`)
  print(`Version       ${made.version}, expires ${day(expiresAt)}`)
  print('')
  print('The token is shown this once. After the day it expires, every request is refused: rotate before.')
}

async function revoke(work: Work, slug: string, version: string): Promise<void> {
  if (!/^[0-9a-f]{32}$/.test(version)) throw new OperatorError('A version is 32 hex digits; "tenant list" shows them.')
  const tenant = await existing(work.storage, slug)
  const { audit } = await work.recorder()
  const token = (await work.vault.list(tenant)).find(({ id }) => id === version)
  if (token === undefined) throw new OperatorError(`The tenant ${slug} has no such version; "tenant list" shows them.`)
  const record = audit('token.revoked')({ subject: version, label: token.label })
  await announceTokens(work.storage, tenant, { revoked: version, beside: [record] })
  // In the vault too, so that restoring older tables cannot bring it back.
  await work.vault.disable(tenant, version).catch((error: unknown) => {
    if (!(error instanceof TokenRefused)) throw error
  })
  work.print(`Revoked. Every instance refuses it within 30 seconds.`)
  const left = (await work.vault.list(tenant)).filter((token) => token.id !== version && stateOf(token, tenant) === 'live')
  if (left.length === 0) work.print(`No token of ${slug} is left that works; "tenant rotate" makes one.`)
}

async function existing(storage: TenantStorage, slug: string): Promise<Tenant> {
  const tenant = await readTenant(storage, slug)
  if (tenant !== undefined) return tenant
  throw new OperatorError(`There is no tenant ${slug}; "tenant list" shows them.`)
}

async function list(work: Work): Promise<void> {
  const entries = await listEntries(work.storage)
  if (entries.length === 0) work.print('There are no tenants; "tenant create" makes one.')
  for (const entry of entries) await describe(work, entry)
}

async function describe({ storage, vault, print }: Work, entry: TenantEntry): Promise<void> {
  const tenant = await readTenant(storage, entry.slug)
  print(`${entry.slug}  "${entry.name}"${tenant === undefined ? '  incomplete: its table has no settings' : ''}`)
  const tokens = await vault.list(entry)
  for (const token of tokens) {
    const expires = token.expiresAt === undefined ? 'never expires' : `expires ${day(token.expiresAt)}`
    print(`  ${token.id}  made ${day(token.createdAt)}  ${expires}  ${noteOf(token, tenant)}`)
  }
  if (tokens.length === 0) print('  no token')
}

const day = (time: number | undefined) => (time === undefined ? 'unknown' : new Date(time).toISOString().slice(0, 10))

function stateOf(token: TokenFacts, tenant: Tenant | undefined): 'live' | 'expired' | 'revoked' | 'disabled' {
  if (tenant?.settings.revokedTokens.has(token.id) === true) return 'revoked'
  if (!token.enabled) return 'disabled'
  return isLive(token, Date.now()) ? 'live' : 'expired'
}

function noteOf(token: TokenFacts, tenant: Tenant | undefined): string {
  const state = stateOf(token, tenant)
  const leftMs = (token.expiresAt ?? Infinity) - Date.now()
  return state === 'live' && leftMs < WARN_BEFORE_MS ? 'live, ends soon: rotate' : state
}
