import * as z from 'zod'
import type { Operation } from './operation'

type Json = Record<string, unknown>

/** The management API as an OpenAPI 3.1 document, from the very schemas that check its requests. */
export function openApiDocument(operations: readonly Operation[]): Json {
  const paths: Record<string, Json> = {}
  for (const operation of operations) {
    const path = `/api/manage${operation.path}`
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: describe(operation) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Rollcall management API',
      version: '1',
      description: 'Tenants, their tokens, roles, people and settings. Refusals are problem details (RFC 9457).',
    },
    paths,
    components: {
      schemas: { Problem: problemSchema },
      responses: {
        Problem: {
          description: 'Refused.',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description:
            'An access token of Entra ID with the app role Rollcall.Admin or Rollcall.Reader, or a session from a setup link.',
        },
      },
    },
  }
}

function describe(operation: Operation): Json {
  const { id, summary, access, body, readCsv } = operation
  const answers = Object.entries(operation.answers).map(([status, answer]) => [status, answerOf(answer)])
  return {
    operationId: id,
    summary,
    tags: [
      operation.path
        .split('/')
        .filter((part) => part !== '' && !part.startsWith('{'))
        .at(operation.path.includes('{tenant}/') ? 1 : 0),
    ],
    ...(access !== 'open' && { security: [{ bearer: [] }], description: WHO[access] }),
    parameters: [...parametersOf(operation)],
    ...(body !== undefined && {
      requestBody: {
        required: true,
        content: {
          'application/json': { schema: jsonSchema(body, 'input') },
          ...(readCsv !== undefined && { 'text/csv': { schema: { type: 'string' } } }),
        },
      },
    }),
    responses: { ...Object.fromEntries(answers), default: { $ref: '#/components/responses/Problem' } },
  }
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

function* parametersOf({ path, parameters, query }: Operation): Generator<Json> {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  for (const name of names) {
    const schema = parameters.shape[name] as z.ZodType | undefined
    yield { name, in: 'path', required: true, schema: schema === undefined ? { type: 'string' } : jsonSchema(schema, 'input') }
  }
  for (const [name, schema] of Object.entries(query.shape) as [string, z.ZodType][]) {
    yield { name, in: 'query', required: !schema.safeParse(undefined).success, schema: jsonSchema(schema, 'input') }
  }
}

function answerOf({ description, schema, mediaType = 'application/json' }: Operation['answers'][number]): Json {
  if (schema === undefined && mediaType === 'application/json') return { description }
  return {
    description,
    content: { [mediaType]: { schema: schema === undefined ? { type: 'string' } : jsonSchema(schema, 'output') } },
  }
}

/** JSON Schema 2020-12 is what OpenAPI 3.1 takes. What a transform makes cannot be described from its input, and need not be. */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const described: Json = { ...z.toJSONSchema(schema, { io, unrepresentable: 'any', target: 'draft-2020-12' }) }
  delete described['$schema']
  return described
}

const problemSchema = jsonSchema(
  z.object({
    type: z.string().describe('`urn:rollcall:problem:` and the kind'),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('What to change, for people'),
    errors: z
      .array(z.object({ path: z.string().describe('JSON Pointer into the body, or the parameter'), detail: z.string() }))
      .optional(),
    confirm: z
      .string()
      .optional()
      .describe('Of `needs-confirmation`: the value of the parameter `confirm` with which it is done'),
    harm: z.string().optional().describe('Of `needs-confirmation`: what is lost by it'),
  }),
  'output',
)
