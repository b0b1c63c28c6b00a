import * as z from 'zod'
import { describeSchema, type Components, type Json } from './json-schema'
import { operation, type Answer, type Operation } from './operation'

/** What a document says of its API beside the operations. */
export interface ApiFacts {
  readonly title: string
  readonly description: string
  /** Before the paths of the operations, such as `/api/manage`. */
  readonly path: string
  /** What goes into `Authorization: Bearer`. */
  readonly bearer: string
}

/** The operations of an API, and before them the one that serves their document to everybody: it holds nothing secret. */
export function withOpenApi(facts: ApiFacts, operations: readonly Operation[]): readonly Operation[] {
  let document: object | undefined // takes some milliseconds, which a cold start is spared
  const read = operation(
    {
      id: 'readOpenApi',
      method: 'GET',
      path: '/openapi.json',
      summary: 'This document',
      access: 'open',
      answers: { 200: { description: 'OpenAPI 3.1', schema: z.looseObject({ openapi: z.string() }) } },
    },
    ({ origin }) => {
      document ??= openApiDocument(facts, all)
      const servers = [{ url: origin }] // NSwag and hey-api send their requests there
      return Promise.resolve({ status: 200, headers: { 'Cache-Control': 'public, max-age=300' }, body: { ...document, servers } })
    },
  )
  const all = [read, ...operations]
  return all
}

/** An API as an OpenAPI 3.1 document, from the very schemas that check its requests. */
function openApiDocument({ title, description, path: base, bearer }: ApiFacts, operations: readonly Operation[]): Json {
  const components: Components = new Map()
  const paths: Record<string, Json> = {}
  for (const operation of operations) {
    const path = `${base}${operation.path}`
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: describe(operation, components) }
  }
  describeSchema(problem, 'output', components)
  return {
    openapi: '3.1.0',
    info: { title, version: '1', description, license: { name: 'MIT', identifier: 'MIT' } },
    paths,
    components: {
      schemas: Object.fromEntries([...components].sort(([a], [b]) => (a < b ? -1 : 1))),
      responses: {
        Problem: {
          description: 'Refused.',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: bearer } },
    },
  }
}

function describe(operation: Operation, components: Components): Json {
  const { id, summary, access, body, readCsv } = operation
  const answers = Object.entries(operation.answers).map(([status, answer]) => [status, answerOf(answer, components)])
  return {
    operationId: id,
    summary,
    tags: [tagOf(operation)],
    security: access === 'open' ? [] : [{ bearer: [] }],
    ...(access !== 'open' && { description: WHO[access] }),
    parameters: [...parametersOf(operation, components)],
    ...(body !== undefined && {
      requestBody: {
        required: true,
        content: {
          'application/json': { schema: describeSchema(body, 'input', components) },
          ...(readCsv !== undefined && { 'text/csv': { schema: { type: 'string' } } }),
        },
      },
    }),
    responses: { ...Object.fromEntries([...answers, ...refusalsOf(operation)]), default: REFUSED },
  }
}

const REFUSED = { $ref: '#/components/responses/Problem' }

/** One by one: of `4XX`, which says the same, NSwag 14.7 makes C# that does not compile. `default` stands for all others. */
function* refusalsOf({ path, access }: Operation): Generator<[string, Json]> {
  yield ['400', REFUSED]
  if (access !== 'open') yield ['401', REFUSED]
  if (access !== 'open') yield ['403', REFUSED]
  if (path.includes('{')) yield ['404', REFUSED]
}

const tagOf = ({ path }: Operation) => {
  const names = path.split('/').filter((part) => part !== '' && !part.startsWith('{'))
  return names.at(path.includes('{tenant}/') ? 1 : 0) ?? ''
}

const WHO = {
  tenantReader: 'For readers: an operator, or a setup link of this tenant.',
  tenantAdmin: 'For administrators: Rollcall.Admin, or a setup link of this tenant that may change things.',
  operatorReader: 'For operators: Rollcall.Admin or Rollcall.Reader.',
  operatorAdmin: 'For operators with the app role Rollcall.Admin.',
  'people:read': 'For keys of the product with the scope people:read.',
  'changes:read': 'For keys of the product with the scope changes:read.',
  'product-id:write': 'For keys of the product with the scope product-id:write.',
  'person:erase': 'For keys of the product with the scope person:erase.',
}

function* parametersOf({ path, parameters, query }: Operation, components: Components): Generator<Json> {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  for (const name of names) {
    const schema = parameters.shape[name] as z.ZodType | undefined
    const described = schema === undefined ? { type: 'string' } : describeSchema(schema, 'input', components)
    yield { name, in: 'path', required: true, schema: described }
  }
  for (const [name, schema] of Object.entries(query.shape) as [string, z.ZodType][]) {
    const required = !schema.safeParse(undefined).success
    yield { name, in: 'query', required, schema: describeSchema(schema, 'input', components) }
  }
}

/** What is not JSON is a file: a client that read it as text would take the first quoted cell of a CSV for the whole. */
function answerOf({ description, schema, mediaType = 'application/json' }: Answer, components: Components): Json {
  if (schema === undefined && mediaType === 'application/json') return { description }
  const described = schema === undefined ? { type: 'string', format: 'binary' } : describeSchema(schema, 'output', components)
  return { description, content: { [mediaType]: { schema: described } } }
}

const problem = z
  .object({
    type: z.string().describe('`urn:rollcall:problem:` and the kind'),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'What to change, for people', 'x-ms-primary-error-message': true }),
    errors: z
      .array(z.object({ path: z.string().describe('JSON Pointer into the body, or the parameter'), detail: z.string() }))
      .optional(),
    confirm: z
      .string()
      .optional()
      .describe('Of `needs-confirmation`: the value of the parameter `confirm` with which it is done'),
    harm: z.string().optional().describe('Of `needs-confirmation`: what is lost by it'),
  })
  .meta({ id: 'Problem' })
