/**
 * Makes what is deployed, and measures it: `npm run package [-- --out <folder>]` writes rollcall.zip and rollcall.cdx.json, its software
 * bill of materials, into dist/. Equal sources give equal bytes.
 */
import { Buffer } from 'node:buffer'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { default: esbuild } = await import('esbuild').catch(() => fail('The packages are not installed; run npm ci first.'))
const { zipSync } = await import('fflate')
const { bundling } = await import('./build.mjs')
const { root } = await import('./bundle.mjs')
const { consoleFiles } = await import('./console.mjs')
const { packageOf, sbomOf } = await import('./sbom.mjs')

const loads = 7
const readJson = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'))
const count = (number) => number.toLocaleString('en', { maximumFractionDigits: 0 })
const kib = (bytes) => `${count(bytes / 1024)} KiB`

/**
 * Writes the package of this entry into the folder.
 * @throws Error with one sentence when the bundle holds what must not ship, or was built from other packages than the lock names
 */
export async function writePackage(folder, entry = 'functions/index.ts') {
  const manifest = readJson('package.json')
  const locked = readJson('package-lock.json')
  const [{ text, files: sources }, page] = await Promise.all([bundle(entry, manifest.main), consoleFiles()])
  const files = [...sources, ...page.inputs]
  refuse(files, locked)
  const contents = {
    [manifest.main]: text,
    ...Object.fromEntries([...page.files].map(([path, bytes]) => [`dist/console/${path}`, bytes])),
    'host.json': readFileSync(join(root, 'host.json'), 'utf8'),
    'package.json': `${JSON.stringify(reduced(manifest), null, 2)}\n`,
  }
  const zip = zipped(contents)
  const sbom = sbomOf(locked, files, createHash('sha256').update(zip).digest('hex'))
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'rollcall.zip'), zip)
  writeFileSync(join(folder, 'rollcall.cdx.json'), `${JSON.stringify(sbom, null, 2)}\n`)
  return {
    contents,
    main: manifest.main,
    zipBytes: zip.length,
    modules: files.length,
    packages: sbom.components.length,
  }
}

/** The bundle without source map: nothing in Azure reads one unless Node runs with --enable-source-maps, and the names are there. */
async function bundle(entry, outfile) {
  const result = await esbuild
    .build({ ...bundling, entryPoints: [entry], outfile, metafile: true, write: false })
    .catch(() => fail('The build failed.')) // esbuild has printed why
  const [{ inputs }] = Object.values(result.metafile.outputs)
  const files = Object.keys(inputs).filter((file) => !file.startsWith('absent:'))
  return { text: result.outputFiles[0].text, files: files.sort() }
}

/** Only functions/, shared/, the console and packages that production needs may ship. */
function refuse(files, locked) {
  const mayShip = (file) => {
    const path = packageOf(file)
    if (path === undefined) return /^(functions|shared|web)\//.test(file) && !/\.test\.ts$/.test(file)
    return locked.packages[path] !== undefined && locked.packages[path].dev !== true
  }
  const strays = files.filter((file) => !mayShip(file))
  if (strays.length > 0) throw new Error(`The bundle contains what must not ship: ${strays.join(', ')}.`)
  for (const path of new Set(files.map(packageOf))) {
    if (path !== undefined && readJson(`${path}/package.json`).version !== locked.packages[path].version)
      throw new Error(`${path} is not the version that package-lock.json names; run npm ci first.`)
  }
}

/** The host reads main, Node reads type; scripts and dependencies would only invite a build in Azure. */
const reduced = ({ name, version, main, type, engines }) => ({ name, version, main, type, engines })

/** The same bytes for the same contents: sorted, one time for all. Zip times have no zone, so the local form of it is meant. */
function zipped(contents) {
  const mtime = new Date(1980, 0, 1, 12)
  const attrs = 0o644 << 16
  const sorted = Object.keys(contents).sort()
  const entries = sorted.map((path) => [
    path,
    [Buffer.from(contents[path]), { level: path.endsWith('.br') ? 0 : 9, mtime, os: 3, attrs }],
  ])
  return zipSync(Object.fromEntries(entries))
}

/** Milliseconds that a fresh process takes to load the bundle, from a folder that holds nothing else. */
function medianLoadMs({ contents, main }) {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-package-'))
  try {
    const file = join(folder, main)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, contents[main])
    const script = 'const start = performance.now(); require(process.argv[1]); console.log(performance.now() - start)'
    const options = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] } // on stderr: that this is no Functions worker
    const times = Array.from({ length: loads }, () => Number(execFileSync(process.execPath, ['-e', script, file], options)))
    return times.sort((a, b) => a - b)[(loads - 1) / 2]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function fail(sentence) {
  console.error(sentence)
  process.exit(1)
}

async function main() {
  const { values } = parseArgs({ options: { out: { type: 'string', default: join(root, 'dist') } } })
  const folder = resolve(values.out)
  const made = await writePackage(folder)
  console.log(`${relative(process.cwd(), join(folder, 'rollcall.zip'))}  ${kib(made.zipBytes)}
bundle             ${kib(Buffer.byteLength(made.contents[made.main]))}, ${count(made.modules)} modules, ${count(made.packages)} packages
loaded in          ${count(medianLoadMs(made))} ms, median of ${loads} new processes (Node ${process.versions.node})`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main().catch((error) => fail(error.message))
