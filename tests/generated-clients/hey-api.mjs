/** Makes TypeScript clients by hey-api: node hey-api.mjs <folder> <name>=<address of the document>… */
import { createClient } from '@hey-api/openapi-ts'

const [folder, ...documents] = process.argv.slice(2)
for (const [name, input] of documents.map((text) => text.split(/=(.*)/s))) {
  const plugins = ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk']
  await createClient({ input, output: `${folder}/${name}`, plugins, logs: { level: 'silent', file: false } })
}
