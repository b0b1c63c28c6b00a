import { VaultForbidden, VaultUnavailable } from '../shared/http/outage'
import { ConfigError } from '../shared/config'
import { StorageForbidden, StorageUnavailable } from '../shared/storage/unavailable'
import { errorCode } from '../shared/storage/unavailable'
import type { Io } from './connection'
import { exportCommand } from './export'
import { importCommand } from './import'
import { OperatorError } from './operator-error'
import { tenantCommand } from './tenant'

const HELP = `Commands for operators, who sign in with "az login".

  npm run tenant -- list
  npm run tenant -- create <slug> [--name "Contoso"] [--days 365]   makes a tenant with a token
  npm run tenant -- rotate <slug> [--days 365]                      adds a token; those before go on to work
  npm run tenant -- revoke <slug> <version>                         ends one token
  npm run export -- --out <new folder> [--tenant <slug>]
  npm run import -- --from <folder> [--tenant <slug>] [--force]     --force replaces what is there

  --tables-url <url>   or TABLES_URL      https://<account>.table.core.windows.net
  --vault-url <url>    or KEY_VAULT_URL   https://<name>.vault.azure.net (tenant commands only)
  --public-url <url>   or PUBLIC_URL      origin of the app, for the Tenant URL that is shown`

const commands = { tenant: tenantCommand, export: exportCommand, import: importCommand }

/**
 * Runs one command and answers with the exit code: 1 after a sentence about what is wrong.
 * @throws what is a defect
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const [name = '', ...rest] = argv
  if (rest.includes('--help') || !isCommand(name)) {
    io.print(HELP)
    return isCommand(name) || name === '--help' ? 0 : 1
  }
  try {
    await commands[name](rest, io)
    return 0
  } catch (error) {
    const sentence = sentenceOf(error)
    if (sentence === undefined) throw error
    io.printError(sentence)
    return 1
  }
}

const isCommand = (name: string): name is keyof typeof commands => Object.hasOwn(commands, name)

const OURS = [OperatorError, ConfigError, VaultForbidden, VaultUnavailable, StorageForbidden, StorageUnavailable]
function sentenceOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if (OURS.some((kind) => error instanceof kind)) return error.message
  if (errorCode(error) === 'TableBeingDeleted') return 'Azure is still deleting a table of this name; repeat in a minute.'
  return undefined
}
