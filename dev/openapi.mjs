/**
 * Writes docs/openapi.json and docs/product-openapi.json, the descriptions of the management API and of the product's, after a
 * validator has passed them, and web/api/openapi.ts, the types by which the console calls the first: `npm run openapi`. With --check it
 * writes nothing and says whether the files are the present ones.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const { bundle, root } = await import('./bundle.mjs').catch(() => fail('The packages are not installed; run npm ci first.'))
const prettier = await import('prettier')
const { Validator } = await import('@seriousme/openapi-schema-validator')
const { default: openApiTypes, astToString } = await import('openapi-typescript')
const { bundling } = await import('./build.mjs')

const outfile = fileURLToPath(new URL('../dist/dev/openapi.cjs', import.meta.url))

await bundle({
  ...bundling,
  stdin: {
    contents: `import { managementOperations } from './shared/app/management'
import { productOperations } from './shared/app/product'
import { EVENTS, EVENT_TYPES } from './shared/events/catalogue'
const documentOf = async (operations) => (await operations.find(({ id }) => id === 'readOpenApi').handle({ origin: '/' })).body
export const documents = async () => [await documentOf(managementOperations({})), await documentOf(productOperations({}))]
export const events = EVENT_TYPES.map((type) => ({ type, ...EVENTS[type] }))`,
    resolveDir: root,
    loader: 'ts',
  },
  outfile,
}).catch(() => fail('The build failed.')) // esbuild has printed why
const { documents, events } = createRequire(import.meta.url)(outfile)
const [management, product] = await documents()
await presentDocument('docs/openapi.json', management)
await presentDocument('docs/product-openapi.json', product)

const typesFile = fileURLToPath(new URL('../web/api/openapi.ts', import.meta.url))
await present('web/api/openapi.ts', typesFile, astToString(await openApiTypes(copyOf(management))))

// The catalogue of events, for people who choose from it and who read of it.
const choices = events.map(({ type, title }) => ({ type, title }))
await present(
  'web/api/events.ts',
  fileURLToPath(new URL('../web/api/events.ts', import.meta.url)),
  `/** Types of records, from the service's catalogue by npm run openapi. */\nexport const EVENTS = ${JSON.stringify(choices)} as const`,
)
const guide = fileURLToPath(new URL('../docs/product-api.md', import.meta.url))
const rows = events.map(({ type, about, title }) => `| \`${type}\` | ${about} | ${title} |`)
const [before, after] = ['<!-- events, by npm run openapi -->', '<!-- end of events -->']
const [head, rest] = readFileSync(guide, 'utf8').split(before)
const table = ['| type | the id is of a | what happened |', '|---|---|---|', ...rows].join('\n')
await present('docs/product-api.md', guide, `${head}${before}\n\n${table}\n\n${after}${rest.split(after)[1]}`)

/** For those who change what they read. */
function copyOf(document) {
  return JSON.parse(JSON.stringify(document))
}

async function presentDocument(name, document) {
  const { valid, errors } = await new Validator().validate(copyOf(document))
  if (!valid) fail(`${name} is not valid OpenAPI: ${JSON.stringify(errors)}`)
  await present(name, fileURLToPath(new URL(`../${name}`, import.meta.url)), JSON.stringify(document))
}

async function present(name, path, content) {
  const { ignored } = await prettier.getFileInfo(path, {
    ignorePath: fileURLToPath(new URL('../.prettierignore', import.meta.url)),
  })
  const options = await prettier.resolveConfig(path)
  const pretty = ignored ? content : await prettier.format(content, { ...options, filepath: path })
  if (!process.argv.includes('--check')) writeFileSync(path, pretty)
  else if (readFileSync(path, 'utf8') !== pretty) fail(`${name} is not the present one: run npm run openapi.`)
}

function fail(sentence) {
  console.error(sentence)
  process.exit(1)
}
