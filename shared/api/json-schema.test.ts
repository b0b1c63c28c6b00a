import * as z from 'zod'
import { describeSchema, type Components } from './json-schema'

const described = (schema: z.ZodType, io: 'input' | 'output' = 'output', components: Components = new Map()) => ({
  schema: describeSchema(schema, io, components),
  components: Object.fromEntries(components),
})

test('a schema with a name is said once, and referred to with what else is said of it', () => {
  const pet = z.object({ name: z.string() }).meta({ id: 'Pet' })
  expect(described(z.object({ mine: pet, others: z.array(pet), best: pet.describe('Of all') }))).toEqual({
    schema: {
      type: 'object',
      properties: {
        mine: { $ref: '#/components/schemas/Pet' },
        others: { type: 'array', items: { $ref: '#/components/schemas/Pet' } },
        best: { $ref: '#/components/schemas/Pet', description: 'Of all' },
      },
      required: ['mine', 'others', 'best'],
    },
    components: { Pet: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] } },
  })
})

test('what is sent and what is answered cannot share a name when they differ', () => {
  const components: Components = new Map()
  const pet = z.object({ legs: z.int().max(8).default(4) }).meta({ id: 'Pet' })
  describeSchema(pet, 'output', components)
  expect(() => describeSchema(z.array(pet), 'output', components)).not.toThrow()
  expect(() => describeSchema(pet, 'input', components)).toThrow('Two schemas are called Pet.')
})

test('whole numbers that 32 bits do not hold are int64', () => {
  expect(described(z.int()).schema['format']).toBe('int64')
  expect(described(z.coerce.number().int().max(999_999_999_999)).schema['format']).toBe('int64')
  expect(described(z.int().max(2_147_483_647)).schema['format']).toBeUndefined()
})

test('an answer may get fields later, a request may not', () => {
  expect(described(z.object({ a: z.string() })).schema).not.toHaveProperty('additionalProperties')
  expect(described(z.strictObject({ a: z.string() }), 'input').schema['additionalProperties']).toBe(false)
})

test('one of several kinds is said by anyOf, since NSwag makes no type for a list of oneOf', () => {
  const pet = z.discriminatedUnion('kind', [z.object({ kind: z.literal('cat') }), z.object({ kind: z.literal('dog') })])
  const { schema } = described(pet)
  expect(schema['anyOf']).toHaveLength(2)
  expect(schema).not.toHaveProperty('oneOf')
})
