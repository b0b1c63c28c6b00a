/**
 * Builds the console into dist/console: index.html, and assets/ whose names carry a hash of their contents, each also compressed with
 * brotli, since the Functions host compresses nothing. Pages are scripts of their own, which come when one is shown. The values of
 * Fluent's tokens that the styles name become a part of the styles.
 */
import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { extname, join, relative } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import { webDarkTheme, webLightTheme } from '@fluentui/tokens'
import esbuild from 'esbuild'
import { root, writeWhole } from './bundle.mjs'

const web = join(root, 'web')
const MAIN = 'web/main.tsx'

/** How the scripts are made. What it gives is small unless said otherwise. */
const bundling = {
  absWorkingDir: root,
  entryPoints: { main: MAIN },
  bundle: true,
  format: 'esm',
  splitting: true,
  outdir: 'assets',
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  metafile: true,
  platform: 'browser',
  target: ['chrome120', 'firefox120', 'safari17'],
  // Types come from the automatic form (web/tsconfig.json); this one, with the same meaning, makes scripts 5 % smaller.
  jsx: 'transform',
  jsxFactory: 'h',
  jsxFragment: 'Fragment',
  inject: ['web/jsx.ts'],
  tsconfigRaw: '{}',
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
  write: false,
}

/** The contents of dist/console by path, and the sources that went into them, for the bill of materials. */
export async function consoleFiles() {
  const built = await esbuild.build(bundling)
  return { files: await filesOf(built), inputs: Object.keys(built.metafile.inputs) }
}

/** Everything the console consists of, around its scripts. */
async function filesOf({ outputFiles, metafile }, compression = {}) {
  const files = new Map()
  const add = (path, bytes) => {
    files.set(path, bytes)
    if (path.startsWith('assets/')) files.set(`${path}.br`, brotliCompressSync(bytes, compression))
  }
  for (const { path, contents } of outputFiles) add(relative(root, path), contents)
  const style = hashed('style', '.css', await styles())
  const icon = hashed('icon', '.svg', readFileSync(join(web, 'icon.svg')))
  for (const [path, bytes] of [style, icon]) add(path, bytes)
  const scripts = Object.entries(metafile.outputs)
  const [main] = scripts.find(([, { entryPoint }]) => entryPoint === MAIN)
  // What pages share is asked for beside the first script, so that a page is one more file and no chain of them.
  const shared = scripts.filter(([, { entryPoint }]) => entryPoint === undefined).map(([path]) => path)
  const page = readFileSync(join(web, 'index.html'), 'utf8')
    .replace('%SCRIPT%', `/console/${main}`)
    .replace('%PRELOADED%', shared.map((path) => `<link rel="modulepreload" href="/console/${path}" />`).join('\n    '))
    .replace('%STYLE%', `/console/${style[0]}`)
    .replace('%ICON%', `/console/${icon[0]}`)
  files.set('index.html', Buffer.from(page))
  return files
}

function hashed(name, extension, bytes) {
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 8).toUpperCase()
  return [`assets/${name}-${hash}${extension}`, bytes]
}

/** All of web/styles in the order of their names, behind the tokens they use. */
async function styles() {
  const folder = join(web, 'styles')
  const names = readdirSync(folder).filter((name) => extname(name) === '.css')
  const text = names
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n')
  const used = [...new Set([...text.matchAll(/var\(--([a-zA-Z]\w+)\)/g)].map(([, name]) => name))].sort()
  const { code } = await esbuild.transform(`${tokens(used)}\n${text}`, {
    loader: 'css',
    minify: true,
    target: ['chrome120', 'safari17'],
  })
  return Buffer.from(code)
}

/** Light unless the system or the person says dark; what both have alike stands once. */
function tokens(used) {
  const unknown = used.filter((name) => webLightTheme[name] === undefined)
  if (unknown.length > 0) throw new Error(`Fluent has no such token: ${unknown.join(', ')}.`)
  const values = (theme, names) => names.map((name) => `--${name}:${theme[name]};`).join('')
  const differing = used.filter((name) => webLightTheme[name] !== webDarkTheme[name])
  const dark = `color-scheme:dark;${values(webDarkTheme, differing)}`
  return `:root{color-scheme:light;${values(webLightTheme, used)}}
    @media (prefers-color-scheme:dark){:root:not([data-theme=light]){${dark}}}
    :root[data-theme=dark]{${dark}}`
}

/** Writes dist/console. Returns how many bytes all JavaScript has, compressed. */
export async function buildConsole() {
  const { files } = await consoleFiles()
  writeConsole('dist/console', files)
  return [...files].reduce((sum, [path, bytes]) => sum + (path.endsWith('.js.br') ? bytes.length : 0), 0)
}

/**
 * Builds the console into a folder again and again: quickly, neither small nor well compressed, with its sources for the browser's
 * debugger. The function rejects where a build fails.
 */
export async function consoleRebuild(folder) {
  const scripts = await esbuild.context({ ...bundling, minify: false, sourcemap: 'inline', logLevel: 'silent' })
  const quick = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }
  return async () => {
    writeConsole(folder, await filesOf(await scripts.rebuild(), quick))
  }
}

/** What an earlier build left there goes. */
function writeConsole(path, files) {
  const folder = join(root, path)
  for (const [name, bytes] of files) writeWhole(join(folder, name), bytes)
  const strays = readdirSync(join(folder, 'assets')).filter((name) => !files.has(`assets/${name}`))
  for (const name of strays) rmSync(join(folder, 'assets', name), { force: true })
}
