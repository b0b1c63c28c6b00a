import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { isTenantSlug } from '../shared/config'
import { OperatorError } from './operator-error'

const FILE = 'manifest.json'

const manifestShape = z.object({
  format: z.literal(1),
  tenants: z.array(
    z.object({
      slug: z.string().refine(isTenantSlug),
      generation: z.int().min(1),
      name: z.string(),
      /** When the tenant was made; older exports do not tell. */
      created: z.string().optional(),
      rows: z.int().min(0),
      bytes: z.int().min(0),
      /** Of the gzipped file. */
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      /** Rows were read between these two times, while writes went on. */
      readFrom: z.string(),
      readUntil: z.string(),
    }),
  ),
})

/** What an export holds. It is written last, so a folder without one is an export that did not end. */
export type Manifest = z.infer<typeof manifestShape>
export type ExportedTenant = Manifest['tenants'][number]

export const fileOf = (folder: string, slug: string) => join(folder, `${slug}.ndjson.gz`)

export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  await writeFile(join(folder, FILE), `${JSON.stringify(manifest, null, 2)}\n`, { flag: 'wx', mode: 0o600 })
}

/** @throws OperatorError when the folder holds no finished export */
export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, FILE), 'utf8').catch((error: unknown) => {
    throw new OperatorError(`${folder} holds no finished export: its manifest.json cannot be read.`, { cause: error })
  })
  try {
    return manifestShape.parse(JSON.parse(text))
  } catch (error) {
    throw new OperatorError(`The manifest.json in ${folder} is damaged or of another version.`, { cause: error })
  }
}
