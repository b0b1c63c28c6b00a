/**
 * Writes docs/openapi.json, the description of the management API, after a validator has passed it, and web/api/openapi.ts, the types
 * by which the console calls it: `npm run openapi`. With --check it writes nothing and says whether the files are the present ones.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const { bundle, root } = await import('./bundle.mjs').catch(() => fail('The packages are not installed; run npm ci first.'))
const prettier = await import('prettier')
const { Validator } = await import('@seriousme/openapi-schema-validator')
const { default: openApiTypes, astToString } = await import('openapi-typescript')
const { bundling } = await import('./build.mjs')

const file = fileURLToPath(new URL('../docs/openapi.json', import.meta.url))
const outfile = fileURLToPath(new URL('../dist/dev/openapi.cjs', import.meta.url))

await bundle({
  ...bundling,
  stdin: {
    contents: `import { managementOperations } from './shared/app/management'
import { openApiDocument } from './shared/api/openapi'
module.exports = openApiDocument(managementOperations({}))`,
    resolveDir: root,
    loader: 'ts',
  },
  outfile,
}).catch(() => fail('The build failed.')) // esbuild has printed why
const text = JSON.stringify(createRequire(import.meta.url)(outfile))

const { valid, errors } = await new Validator().validate(JSON.parse(text))
if (!valid) fail(`The document is not valid OpenAPI: ${JSON.stringify(errors)}`)

const typesFile = fileURLToPath(new URL('../web/api/openapi.ts', import.meta.url))
await present('docs/openapi.json', file, text)
await present('web/api/openapi.ts', typesFile, astToString(await openApiTypes(JSON.parse(text))))

async function present(name, path, content) {
  const options = await prettier.resolveConfig(path)
  const pretty = await prettier.format(content, { ...options, filepath: path })
  if (!process.argv.includes('--check')) writeFileSync(path, pretty)
  else if (readFileSync(path, 'utf8') !== pretty) fail(`${name} is not the present one: run npm run openapi.`)
}

function fail(sentence) {
  console.error(sentence)
  process.exit(1)
}
