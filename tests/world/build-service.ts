import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { compile, type Evaluate } from './sandbox'

/** A text of one source file, and what stands there instead. */
export interface Patch {
  readonly file: string
  readonly from: string
  readonly to: string
}

const root = process.cwd()

/** The service of this checkout, with the patch in it when one is given. @throws Error when the patch does not fit */
export async function compileService(patch?: Patch): Promise<Evaluate> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['tests/world/service.ts'],
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    write: false,
    logLevel: 'warning',
    plugins: patch === undefined ? [] : [planting(patch)],
  })
  return compile(outputFiles[0]?.text ?? '')
}

const planting = ({ file, from, to }: Patch): Plugin => ({
  name: 'planted-fault',
  setup: (bundler) => {
    const path = join(root, file)
    bundler.onLoad({ filter: /\.ts$/ }, (loaded) => {
      if (loaded.path !== path) return undefined
      const source = readFileSync(path, 'utf8')
      if (source.split(from).length !== 2) throw new Error(`The planted fault does not fit ${file} any more.`)
      return { contents: source.replace(from, () => to), loader: 'ts' }
    })
  },
})
