import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startOptions } from '../dev/host/start-options'
import manifest from '../package.json'

/** What nobody notices until an editor refuses to debug: that its files name what is there. */

const root = join(__dirname, '..')
const read = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8')) as unknown

interface Task {
  readonly type: string
  readonly label: string
  readonly script?: string
  readonly command?: string
  readonly dependsOn?: readonly string[]
}
interface Launch {
  readonly name: string
  readonly port?: number
  readonly program?: string
  readonly preLaunchTask?: string
}
interface Container {
  readonly image: string
  readonly forwardPorts: readonly number[]
  readonly customizations: { readonly vscode: { readonly extensions: readonly string[] } }
}

const { tasks } = read('.vscode/tasks.json') as { readonly tasks: readonly Task[] }
const { configurations } = read('.vscode/launch.json') as { readonly configurations: readonly Launch[] }
const { recommendations } = read('.vscode/extensions.json') as { readonly recommendations: readonly string[] }
const container = read('.devcontainer/devcontainer.json') as Container

test('tasks name npm scripts and packages that there are', () => {
  const scripts = tasks.flatMap(({ script, command = '' }) => script ?? /^npm run (\S+)/.exec(command)?.[1] ?? [])
  expect(scripts).toEqual(['build', 'dev', 'test:unit'])
  expect(Object.keys(manifest.scripts)).toEqual(expect.arrayContaining(scripts))
  const packages = tasks.flatMap(({ command = '' }) => /^npx (\S+)/.exec(command)?.[1] ?? [])
  expect(packages).toEqual(['azurite'])
  expect(Object.keys(manifest.devDependencies)).toEqual(expect.arrayContaining(packages))
})

test('what is debugged waits for tasks that there are', () => {
  const labels = tasks.map(({ label }) => label)
  const awaited = [
    ...configurations.map(({ preLaunchTask }) => preLaunchTask),
    ...tasks.flatMap(({ dependsOn = [] }) => dependsOn),
  ]
  expect(labels).toEqual(expect.arrayContaining(awaited.filter((label) => label !== undefined)))
  const programs = configurations.flatMap(({ program }) => program?.replace('${workspaceFolder}', root) ?? [])
  expect(programs.filter((path) => !existsSync(path))).toEqual([])
})

test('the debugger comes to the port that npm run dev opens, which is the one of the Functions extension', () => {
  const ports = configurations.flatMap(({ port }) => port ?? [])
  expect(new Set(ports)).toEqual(new Set([9229]))
  const dev = tasks.find(({ label }) => label === 'npm: dev')
  expect(dev?.command).toBe('npm run dev -- --inspect=9229')
})

test('the container has the oldest Node that the app runs on, shows the port of npm start, and the same extensions', () => {
  expect(manifest.engines.node).toMatch(/^>=20\./)
  expect(container.image).toMatch(/:20-/)
  expect(container.forwardPorts).toEqual([startOptions([]).port])
  expect(container.customizations.vscode.extensions).toEqual(recommendations)
})

test('nothing of it ships: .funcignore leaves out every name that begins with a dot', () => {
  expect(readFileSync(join(root, '.funcignore'), 'utf8').split('\n')).toContain('.*')
})
