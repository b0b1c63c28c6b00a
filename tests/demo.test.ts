import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRunning, type Running } from '../dev/browser/running'
import { sender, type Send } from '../dev/demo/fill'

jest.setTimeout(240_000) // of a machine that has other work

/** A copy, so that what is kept on disk is of this test alone. */
const root = mkdtempSync(join(tmpdir(), 'rollcall-demo-test-'))
const run = { slug: 'contoso', flags: ['--demo'], root }

let running: Running
let manage: Send

beforeAll(async () => {
  for (const path of ['dev', 'functions', 'shared', 'web', 'package.json', 'tsconfig.json'])
    cpSync(join(__dirname, '..', path), join(root, path), { recursive: true })
  symlinkSync(join(__dirname, '..', 'node_modules'), join(root, 'node_modules'))
  running = await startRunning({}, run)
  const [tokenUrl = ''] = /http:\S+\/operator-token/.exec(running.printed) ?? []
  manage = sender(`${running.origin}/api/manage`, await (await fetch(tokenUrl)).text())
})

afterAll(async () => {
  await running.stop()
  rmSync(root, { recursive: true })
})

/** All items of a list of the API. */
async function all(path: string): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = []
  for (let after = ''; ;) {
    const page = await manage('GET', `${path}${path.includes('?') ? '&' : '?'}limit=200${after}`)
    items.push(...(page['items'] as Record<string, unknown>[]))
    const { next } = page
    if (typeof next !== 'string') return items
    after = `&after=${encodeURIComponent(next)}`
  }
}

test('three tenants have 2,000 people, with roles that their rules give', async () => {
  const tenants = await all('/tenants')
  expect(tenants.map(({ slug }) => slug)).toEqual(['contoso', 'fabrikam', 'northwind'])
  const people = await Promise.all(tenants.map(({ slug }) => all(`/tenants/${String(slug)}/people`)))
  expect(people.map(({ length }) => length)).toEqual([1640, 300, 60])
  const roles = new Set(people[0]?.map(({ role }) => role))
  expect([...roles].sort()).toEqual(['Administrator', 'Auditor', 'Disabled', 'Loanee', 'Manager', 'No access', 'Technician'])
})

test('a fortnight of changes lies behind them', async () => {
  const { items } = await manage('GET', '/tenants/contoso/activity/days?days=30')
  const days = items as { changes: number }[]
  expect(days.filter(({ changes }) => changes > 0).length).toBeGreaterThanOrEqual(14)
})

test('people who left hold equipment', async () => {
  const holders = await all('/tenants/contoso/equipment/disabled-holders')
  expect(JSON.stringify(holders)).toContain('NB-0412')
})

test('two of them work, and one fails since its Secret Token has ended', async () => {
  const health = async (slug: string) => (await manage('GET', `/tenants/${slug}/health`)) as { state: string; reason: string }
  expect((await health('contoso')).state).toBe('ok')
  expect((await health('fabrikam')).state).toBe('ok')
  const { state, reason } = await health('northwind')
  expect(state).toBe('failing')
  expect(reason).toMatch(/token or client secret that has ended/)
})

test('the next start has the same demo and the same setup link', async () => {
  const { setupLink } = running
  await running.stop()
  running = await startRunning({}, run)
  expect(running.setupLink.split('#')[1]).toBe(setupLink.split('#')[1])
  expect(running.printed).not.toContain('Making the demo')
  expect(existsSync(join(root, '.azurite/demo'))).toBe(true)
})

test('a folder that cannot be written is named, with what to do', async () => {
  await running.stop()
  rmSync(join(root, '.azurite'), { recursive: true })
  writeFileSync(join(root, '.azurite'), '')
  await expect(startRunning({}, run)).rejects.toThrow(
    `Data are kept in ${root}/.azurite, which cannot be written (EEXIST): give yourself the right to write there, or use --memory.`,
  )
})
