/** What a bundle is made of: the packages behind its files, as a CycloneDX list of components. */
import { Buffer } from 'node:buffer'

/** Where a file's package is installed, as package-lock.json names it; undefined for our own files. */
export function packageOf(file) {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0]
}

/**
 * The software bill of materials of a bundle, without time or random number, so that the same package has the same one. `npm sbom`
 * is not used: with --omit dev it leaves out packages that run here, and it lists what is installed, not what is bundled.
 * @param locked package-lock.json
 * @param files the bundle's sources, relative to the root
 * @param zipSha256 of the package this describes, in hex
 * @throws Error when a package has no license
 */
export function sbomOf(locked, files, zipSha256) {
  const app = locked.packages['']
  const bundled = [...new Set(files.map(packageOf))].filter((path) => path !== undefined)
  const refOf = (path) => purl(nameOf(path), locked.packages[path].version)
  const refsOf = (path) => {
    const needed = Object.keys(locked.packages[path].dependencies ?? {})
    const found = needed.map((name) => resolved(path, name, locked.packages)).filter((other) => bundled.includes(other))
    return found.map(refOf).sort()
  }
  const appRef = purl(locked.name, locked.version)
  const components = new Map(bundled.map((path) => [refOf(path), component(nameOf(path), locked.packages[path])]))
  const dependencies = new Map(bundled.map((path) => [refOf(path), refsOf(path)]))
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: serialOf(zipSha256),
    version: 1,
    metadata: {
      lifecycles: [{ phase: 'build' }],
      component: {
        'bom-ref': appRef,
        type: 'application',
        name: locked.name,
        version: locked.version,
        hashes: [{ alg: 'SHA-256', content: zipSha256 }],
        licenses: licensesOf(locked.name, app),
        purl: appRef,
      },
    },
    components: [...components.keys()].sort().map((ref) => components.get(ref)),
    dependencies: [
      { ref: appRef, dependsOn: refsOf('') },
      ...[...dependencies.keys()].sort().map((ref) => ({ ref, dependsOn: dependencies.get(ref) })),
    ],
  }
}

function component(name, entry) {
  const [algorithm, hash] = entry.integrity.split('-')
  return {
    'bom-ref': purl(name, entry.version),
    type: 'library',
    name,
    version: entry.version,
    hashes: [{ alg: algorithm.replace('sha', 'SHA-'), content: Buffer.from(hash, 'base64').toString('hex') }],
    licenses: licensesOf(name, entry),
    purl: purl(name, entry.version),
  }
}

function licensesOf(name, { license }) {
  if (license === undefined) throw new Error(`${name} declares no license.`)
  return /^[\w.+-]+$/.test(license) ? [{ license: { id: license } }] : [{ expression: license }]
}

/** A UUID of version 8, whose other bits are ours to choose (RFC 9562 section 5.8): the same package keeps its serial number. */
function serialOf(sha256) {
  const hex = `${sha256.slice(0, 12)}8${sha256.slice(13, 16)}8${sha256.slice(17, 32)}`
  return `urn:uuid:${hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')}`
}

const nameOf = (path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
const purl = (name, version) => `pkg:npm/${name.replace('@', '%40')}@${version}`

/** Node's way to a package: beside the one that needs it, then one folder further out each time. */
function resolved(from, name, packages) {
  const path = `${from === '' ? '' : `${from}/`}node_modules/${name}`
  if (path in packages) return path
  return from === '' ? undefined : resolved(from.slice(0, Math.max(0, from.lastIndexOf('node_modules/') - 1)), name, packages)
}
