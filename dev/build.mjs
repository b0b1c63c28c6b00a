/** Bundles the app for Azure: one CommonJS file, so that the package needs no node_modules and a cold start reads one file. */
import { statSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { fileURLToPath } from 'node:url'
import esbuild from 'esbuild'
import { bundle, root } from './bundle.mjs'
import { buildConsole, consoleRebuild } from './console.mjs'

/**
 * debug asks for supports-color where somebody installed it, which here only jest did: it would ship, and differ by what else is
 * installed. debug catches the error.
 */
const absentInProduction = {
  name: 'absent-in-production',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^supports-color$/ }, ({ path }) => ({ path, namespace: 'absent' }))
    onLoad({ filter: /./, namespace: 'absent' }, ({ path }) => ({ contents: `throw new Error('${path} is not installed.')` }))
  },
}

/**
 * How the bundle is made, here and for the package. Not minified: in the log of a defect, names of functions say where it happened;
 * short names would save a third of the 0.1 s that loading takes.
 */
export const bundling = {
  absWorkingDir: root,
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  external: ['@azure/functions-core'], // exists only inside the Functions worker
  treeShaking: true,
  legalComments: 'none',
  logLevel: 'warning',
  plugins: [absentInProduction],
}

/** The programs of `npm start`: the local host, and what fills the demo in a process of its own. */
export const LOCAL_PROGRAMS = {
  'dev/start': 'dev/host/start.ts',
  'dev/demo': 'dev/demo/main.ts',
  'dev/storage-clock': 'dev/demo/storage-clock.ts',
}

/** Builds dist/functions/index.js, the console and whatever other entries are named (output path without .js to source). */
export async function build(otherEntries = {}) {
  const [consoleBytes] = await Promise.all([
    buildConsole(),
    bundle({
      ...bundling,
      entryPoints: { 'functions/index': 'functions/index.ts', ...otherEntries },
      outdir: 'dist',
      sourcemap: true,
    }),
  ])
  return { file: `${root}dist/functions/index.js`, consoleBytes }
}

/**
 * What npm run dev builds again and again, into dist/dev. Packages stay beside it, where they are installed: they do not change, and a
 * build without them takes a sixth of the time. A build rejects with what is wrong with the sources.
 */
export async function rebuilds() {
  const beside = { ...bundling, packages: 'external', outdir: 'dist/dev', sourcemap: true, sourcesContent: false }
  await bundle({
    ...beside,
    entryPoints: {
      develop: 'dev/host/develop.ts',
      'stand-by': 'dev/host/stand-by.ts',
      demo: 'dev/demo/main.ts',
      'storage-clock': 'dev/demo/storage-clock.ts',
    },
  })
  const service = await esbuild.context({
    ...beside,
    entryPoints: { 'functions/index': 'functions/index.ts', 'serve-instance': 'dev/host/serve-instance.ts' },
    metafile: true,
    logLevel: 'silent', // whoever builds prints what is wrong
  })
  let packages = []
  return {
    async service() {
      const { metafile } = await service.rebuild()
      const imports = Object.values(metafile.outputs).flatMap((output) => output.imports)
      packages = imports.filter(({ kind, path }) => kind === 'require-call' && !isBuiltin(path)).map(({ path }) => path)
    },
    console: await consoleRebuild('dist/dev/console'),
    packages: () => packages,
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { file, consoleBytes } = await build().catch((error) => {
    console.error(error.message)
    process.exit(1)
  })
  const kib = (bytes) => Math.round(bytes / 1024)
  console.log(
    `dist/functions/index.js ${kib(statSync(file).size)} KiB, dist/console ${kib(consoleBytes)} KiB of compressed JavaScript`,
  )
}
