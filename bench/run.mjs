/** Runs a benchmark by its name: `npm run bench -- bounds`. Without a name it is the first. */
import { fileURLToPath } from 'node:url'

const files = {
  latency: 'latency',
  routing: 'routing',
  bounds: 'bounds',
  generated: 'generated',
  scim: 'scim',
  'sign-in': 'sign-in',
}
const [name = 'latency', ...others] = process.argv.slice(2)
const isNamed = Object.hasOwn(files, name)
if (!isNamed && !/^\d+$/.test(name)) {
  console.error(`There is no benchmark ${name}; there are ${Object.keys(files).join(', ')}.`)
  process.exit(1)
}
if (isNamed) process.argv.splice(2, Number.POSITIVE_INFINITY, ...others)
const file = new URL(`${isNamed ? files[name] : files.latency}.mjs`, import.meta.url)
process.argv[1] = fileURLToPath(file)
await import(file)
