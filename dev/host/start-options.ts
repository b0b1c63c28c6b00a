import { parseArgs } from 'node:util'
import { isTenantSlug, isToken } from '../../shared/config'

/** A reason not to start, in one sentence for whoever typed the command. */
export class StartError extends Error {
  override readonly name = 'StartError'
}

export interface StartOptions {
  readonly port: number
  /** Slug of the tenant that is made. */
  readonly tenant: string
  readonly token: string | undefined
  /** Keeps nothing on disk. */
  readonly memory: boolean
  /** Over the tables of the demo, which are filled when they are not there. */
  readonly demo: boolean
}

/** The large one of the demo. */
const DEMO_TENANT = 'contoso'

/** What `--help` prints. */
export const HELP = `npm start -- [flags]: Rollcall on this machine, over tables in an Azurite of its own.

  --port <n>       port on 127.0.0.1; 0 takes a free one (7071)
  --tenant <slug>  the tenant to make: lower-case letters, digits, inner hyphens (demo)
  --token <text>   its Secret Token, 8 to 256 visible ASCII characters (made once and kept)
  --memory         keeps nothing on disk
  --demo           a vendor's world to look at: three tenants, 2,000 people, a fortnight of changes, apart from your own data

README.md tells the rest.`

function parsedFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: '7071' },
        tenant: { type: 'string' },
        token: { type: 'string' },
        memory: { type: 'boolean', default: false },
        demo: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    const [reason] = String(error)
      .replace(/^TypeError[^:]*: /, '')
      .split('. ')
    throw new StartError(`${reason ?? ''}; the flags are --port, --tenant, --token, --memory and --demo.`)
  }
}

/**
 * The flags of `npm start`.
 * @throws StartError for one that is unknown or has a value it cannot have
 */
export function startOptions(args: readonly string[]): StartOptions {
  const { port, token, memory, demo, tenant = demo ? DEMO_TENANT : 'demo' } = parsedFlags(args)
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw new StartError('--port must be a number from 0 (any free port) to 65535.')
  if (!isTenantSlug(tenant)) throw new StartError('--tenant must be 1 to 40 lower-case letters, digits and inner hyphens.')
  if (demo && tenant !== DEMO_TENANT) throw new StartError('--demo has tenants of its own; leave --tenant out.')
  if (token !== undefined && !isToken(token)) throw new StartError('--token must be 8 to 256 visible ASCII characters.')
  return { port: Number(port), tenant, token, memory, demo }
}
