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
import { EVENTS, EVENT_TYPES } from './shared/events/catalogue'
export const document = openApiDocument(managementOperations({}))
export const events = EVENT_TYPES.map((type) => ({ type, ...EVENTS[type] }))`,
    resolveDir: root,
    loader: 'ts',
  },
  outfile,
}).catch(() => fail('The build failed.')) // esbuild has printed why
const { document, events } = createRequire(import.meta.url)(outfile)
const text = JSON.stringify(document)

const { valid, errors } = await new Validator().validate(JSON.parse(text))
if (!valid) fail(`The document is not valid OpenAPI: ${JSON.stringify(errors)}`)

const typesFile = fileURLToPath(new URL('../web/api/openapi.ts', import.meta.url))
await present('docs/openapi.json', file, text)
await present('web/api/openapi.ts', typesFile, astToString(await openApiTypes(JSON.parse(text))))

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
