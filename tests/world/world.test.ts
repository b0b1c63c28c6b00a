import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

const world = (...flags: string[]) =>
  execFileSync(process.execPath, ['tests/world/run.mjs', ...flags], { cwd: join(__dirname, '../..'), encoding: 'utf8' })
const withoutSpeed = (text: string) => text.replace(/[\d.]+ a second/g, '')

test('the same seed gives the same run, call by call', () => {
  const [first = '', second = ''] = [1, 2].map(() => withoutSpeed(world('--seeds', '1', '--from', '3', '--trace')))
  expect(first.split('\n').length).toBeGreaterThan(500)
  expect(second).toBe(first)
}, 120_000)

test('no seed breaks a rule', () => {
  expect(world('--seeds', '12')).toMatch(/12 seeds, 0 failed/)
}, 300_000)
