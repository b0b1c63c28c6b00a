/** Bundles TypeScript so that several processes may do so at once: two commands, or tests side by side. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import esbuild from 'esbuild'

export const root = fileURLToPath(new URL('..', import.meta.url))
let drafts = 0

/** Writes a file below dist at once: whoever reads it meanwhile has the old one or the new one, never a part. */
export function writeWhole(path, bytes) {
  mkdirSync(dirname(path), { recursive: true })
  const draft = join(root, 'dist', `.draft-${process.pid}-${(drafts += 1)}`)
  writeFileSync(draft, bytes)
  renameSync(draft, path)
}

/** Builds as esbuild does with these options. */
export async function bundle(options) {
  const { outputFiles } = await esbuild.build({ absWorkingDir: root, ...options, write: false })
  for (const { path, contents } of outputFiles) writeWhole(path, contents)
}

/** Runs a program, such as dev/smoke/main.ts, beside the installed packages. Ends the process where it cannot be built. */
export async function runProgram(source) {
  const outfile = join(root, 'dist', source.replace(/\.ts$/, '.cjs'))
  await bundle({
    entryPoints: [source],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'warning',
  }).catch(() => process.exit(1)) // esbuild has printed why
  await import(pathToFileURL(outfile))
}
