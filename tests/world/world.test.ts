import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'

const OPTIONS = { cwd: join(__dirname, '../..'), encoding: 'utf8' } as const
const world = (...flags: string[]) => execFileSync(process.execPath, ['tests/world/run.mjs', ...flags], OPTIONS)
const withoutSpeed = (text: string) => text.replace(/[\d.]+ a second/g, '')

test('the same seed gives the same run, call by call', () => {
  const [first = '', second = ''] = [1, 2].map(() => withoutSpeed(world('--seeds', '1', '--from', '3', '--trace')))
  expect(first.split('\n').length).toBeGreaterThan(500)
  expect(second).toBe(first)
}, 120_000)

test('no seed breaks a rule', () => {
  expect(world('--seeds', '12')).toMatch(/12 seeds, 0 failed/)
}, 300_000)

test('it notices faults that are planted', () => {
  const { stdout } = spawnSync(process.execPath, ['tests/world/run.mjs', '--planted', '--seeds', '1'], OPTIONS)
  expect(stdout).toContain('seed 1: an index row is forgotten on rename')
  expect(stdout).toContain('seed 1: a checkpoint is stored before the delivery')
  expect(stdout.match(/^(seed 1|not in 1 seeds): /gm)).toHaveLength(5) // each still fits the code
}, 120_000)
