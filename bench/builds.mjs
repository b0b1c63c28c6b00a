/** The builds that benchmarks compare: this checkout, and the one it began with. */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, bundling } from '../dev/build.mjs'
import { bundle, root } from '../dev/bundle.mjs'

/** Before requests had bounds. */
export const OLD_COMMIT = '2589695'

// What a benchmark started and stored ends with it, also when somebody stops it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130))

/** Builds this checkout. Answers with its functions/index.js. */
export const buildNew = async () => (await build()).file

/**
 * Builds the old commit in a git worktree that is gone again afterwards. Answers with its functions/index.js, in a folder that is
 * removed when this process ends.
 */
export function buildOld() {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  process.on('exit', remove)
  const tree = join(folder, 'tree')
  const git = (...args) => execFileSync('git', args, { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] })
  try {
    git('worktree', 'add', '--detach', tree, OLD_COMMIT)
    symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'))
    execFileSync(process.execPath, ['dev/build.mjs'], { cwd: tree, stdio: ['ignore', 'ignore', 'inherit'] })
    cpSync(join(tree, 'dist'), join(folder, 'dist'), { recursive: true })
  } finally {
    if (existsSync(join(tree, '.git'))) git('worktree', 'remove', '--force', tree)
  }
  return join(folder, 'dist/functions/index.js')
}

/** Both builds, or the one that `--only old` or `--only new` among the arguments names. */
export async function wantedBuilds(args) {
  const only = args.includes('--only') ? args[args.indexOf('--only') + 1] : undefined
  return { ...(only !== 'new' && { old: buildOld() }), ...(only !== 'old' && { new: await buildNew() }) }
}

/** Bundles a benchmark with the server it starts, and answers with its main function and where things are. */
export async function load(name) {
  const entryPoints = { [`bench/${name}`]: `bench/${name}/main.ts`, 'bench/server': 'bench/service/serve.ts' }
  await bundle({ ...bundling, entryPoints, outdir: 'dist' })
  const { main } = await import(pathToFileURL(join(root, `dist/bench/${name}.js`)).href)
  return { main, server: join(root, 'dist/bench/server.js'), azurite: join(root, 'dev/azurite.mjs') }
}
