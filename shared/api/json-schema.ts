import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod'

export type Json = Record<string, unknown>

/** Schemas with a name (`.meta({ id })`), which a document says once and refers to. */
export type Components = Map<string, Json>

/**
 * JSON Schema 2020-12 is what OpenAPI 3.1 takes. What a transform makes cannot be described from its input, and need not be.
 * @param components gets the schemas with a name that stand in this one
 * @throws Error when another schema has the same name
 */
export function describeSchema(schema: z.ZodType, io: 'input' | 'output', components: Components): Json {
  const described = z.toJSONSchema(schema, { io, unrepresentable: 'any', target: 'draft-2020-12', override: clarify })
  const { $defs = {}, ...rest } = JSON.parse(JSON.stringify(described), toComponents) as Json & { $defs?: Record<string, Json> }
  for (const [id, one] of Object.entries($defs)) {
    if (components.has(id) && !isDeepStrictEqual(components.get(id), one)) throw new Error(`Two schemas are called ${id}.`)
    components.set(id, one)
  }
  delete rest['$schema']
  return rest
}

/** zod refers to where it puts the schemas itself. */
const toComponents = (key: string, value: unknown) =>
  key === '$ref' && typeof value === 'string' ? value.replace('#/$defs/', '#/components/schemas/') : value

const MAX_INT32 = 2 ** 31 - 1

/** What zod leaves to the reader, and generators of clients get wrong without. */
function clarify({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodTypes; jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  // Clients take an integer for one of 32 bits.
  if (jsonSchema.type === 'integer' && (jsonSchema.maximum ?? Infinity) > MAX_INT32) jsonSchema.format = 'int64'
  // NSwag 14.7 makes no type for a list of `oneOf`.
  if (jsonSchema.oneOf !== undefined) {
    jsonSchema.anyOf = jsonSchema.oneOf
    delete jsonSchema.oneOf
  }
  // Answers may get fields later; zod closes every object of an output. What is refused in requests stays closed.
  const { def } = zodSchema._zod
  if (def.type === 'object' && def.catchall === undefined) delete jsonSchema.additionalProperties
}
