import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'

/** A file of the console as it is sent. */
interface ConsoleFile {
  readonly mediaType: string
  readonly bytes: Buffer
  /** The same, compressed with brotli. */
  readonly brotli: Buffer
}

/** What `npm run build` made of web/. */
export interface ConsoleFiles {
  /** With places for what is known when it is served. */
  readonly page: string
  /** By name; a name carries a hash of the contents. */
  readonly assets: ReadonlyMap<string, ConsoleFile>
}

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/**
 * Reads all files of the folder, some 200 KB, so that no path of a request ever names a file.
 * @throws Error when the console was not built
 */
export function readConsole(folder: string): ConsoleFiles {
  const page = readFileSync(join(folder, 'index.html'), 'utf8')
  const names = readdirSync(join(folder, 'assets')).filter((name) => !name.endsWith('.br'))
  const assets = names.map((name) => {
    const file = join(folder, 'assets', name)
    const mediaType = MEDIA_TYPES[extname(name)] ?? 'application/octet-stream'
    return [name, { mediaType, bytes: readFileSync(file), brotli: readFileSync(`${file}.br`) }] as const
  })
  return { page, assets: new Map(assets) }
}
