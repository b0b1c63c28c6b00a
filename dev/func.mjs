/** Builds, then runs the app in the real Functions host. Arguments go to `func start`. */
import { spawn } from 'node:child_process'

const { build } = await import('./build.mjs').catch(() => fail('The packages are not installed; run npm ci first.'))
await build().catch(() => fail('The build failed.'))

const func = spawn('func', ['start', ...process.argv.slice(2)], { stdio: 'inherit', shell: process.platform === 'win32' })
func.on('error', () =>
  fail(
    'func was not found; install Azure Functions Core Tools 4 (https://aka.ms/func-install), or use npm start, which needs none.',
  ),
)
func.on('exit', (code) => process.exit(code ?? 1))
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => func.kill(signal))

function fail(sentence) {
  console.error(sentence)
  process.exit(1)
}
