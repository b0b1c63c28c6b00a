const { readFileSync, readdirSync } = require('node:fs')
const { join } = require('node:path')
const all = require('./jest.config')

const folders = ['shared', 'functions', 'tests/properties', 'tests/world']
const filesIn = (folder) => readdirSync(join(__dirname, folder), { recursive: true }).map((file) => `${folder}/${file}`)
/** Says that a test wants the tables of jest's globalSetup. */
const TABLES = /TEST_TABLES_CONNECTION_STRING|support\/(directory|tenant-settings)'/

/** What needs neither tables nor a browser: within seconds after a change. `npm test` runs everything. */
module.exports = {
  ...all,
  globalSetup: undefined,
  setupFiles: [],
  testMatch: folders
    .flatMap(filesIn)
    .filter((file) => file.endsWith('.test.ts') && !TABLES.test(readFileSync(join(__dirname, file), 'utf8')))
    .map((file) => `<rootDir>/${file}`),
}
