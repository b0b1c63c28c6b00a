import { randomInt } from 'node:crypto'
import { TEST_ACCOUNTS } from './azurite'

/** Runs before each test file: its tables lie in an account of their own, if the server is the one that we started. */
const account = TEST_ACCOUNTS[randomInt(TEST_ACCOUNTS.length)] ?? ''
const shared = process.env['TEST_TABLES_CONNECTION_STRING'] ?? ''
if (process.env['TEST_TABLES_STARTED'] === 'true') {
  process.env['TEST_TABLES_CONNECTION_STRING'] = shared.replaceAll('devstoreaccount1', account)
}
