/** Unit tests stand beside their file in shared/; stories that cross HTTP stand in tests/. One in-memory Azurite serves them all. */
module.exports = {
  roots: ['<rootDir>/shared', '<rootDir>/functions', '<rootDir>/dev', '<rootDir>/ops', '<rootDir>/tests'],
  testMatch: ['**/*.test.ts'],
  testEnvironment: 'node',
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } }],
    // An ES module only; Node and the bundle load it as it is, jest does not.
    '/node_modules/jose/.+\\.js$': ['@swc/jest', { jsc: { target: 'es2022' }, module: { type: 'commonjs' } }],
  },
  // import() of our own files names them as Node would find them built; jest finds the source.
  moduleNameMapper: { '^(\\.\\.?/(?:credentials/api/)?(?:management|product|links))\\.js$': '$1' },
  transformIgnorePatterns: ['/node_modules/(?!jose/)'],
  globalSetup: '<rootDir>/tests/support/azurite.ts',
  setupFiles: ['<rootDir>/tests/support/own-account.ts'],
  // Its default leaves a core idle, which on a machine of two is half of it. More workers than two wait for Azurite.
  maxWorkers: 2,
  testTimeout: 30_000,
}
