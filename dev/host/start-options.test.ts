import { StartError, startOptions } from './start-options'

test('without flags it is port 7071, tenant demo, a token of its own, tables on disk', () => {
  expect(startOptions([])).toEqual({ port: 7071, tenant: 'demo', token: undefined, memory: false, demo: false })
})

test('every flag is taken', () => {
  expect(startOptions(['--port', '0', '--tenant=acme', '--token', 'secret-token', '--memory'])).toEqual({
    port: 0,
    tenant: 'acme',
    token: 'secret-token',
    memory: true,
    demo: false,
  })
})

test('the large customer of the demo has a name of its own', () => {
  expect(startOptions(['--demo'])).toMatchObject({ demo: true, tenant: 'contoso' })
})

test.each([
  [['--prot', '1'], "Unknown option '--prot'; the flags are --port, --tenant, --token, --memory and --demo."],
  [['extra'], /^Unexpected argument 'extra'.*; the flags are .*\.$/],
  [['--port'], /^Option '--port <value>' argument missing; the flags are .*\.$/],
  [['--port', '65536'], '--port must be a number from 0 (any free port) to 65535.'],
  [['--port', 'http'], '--port must be a number from 0 (any free port) to 65535.'],
  [['--tenant', 'Demo'], '--tenant must be 1 to 40 lower-case letters, digits and inner hyphens.'],
  [['--demo', '--tenant', 'acme'], '--demo has tenants of its own; leave --tenant out.'],
  [['--token', 'short'], '--token must be 8 to 256 visible ASCII characters.'],
])('%j is refused in one sentence', (args, sentence) => {
  expect(() => startOptions(args)).toThrow(StartError)
  expect(() => startOptions(args)).toThrow(sentence)
})
