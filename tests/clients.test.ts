import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { isObject } from '../shared/scim/json'
import { send, startService, type Answer } from './support/service'

/** A file under tests/clients: what one client sends in one scenario, and what it has to get, on an empty tenant. */
const scenario = z.strictObject({
  client: z.string(),
  /** Where it is known from: a section of the Entra ID fact sheet, or of an RFC. */
  source: z.string(),
  steps: z
    .array(
      z.strictObject({
        name: z.string(),
        method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
        path: z.string(),
        headers: z.record(z.string(), z.string()).default({}),
        body: z.unknown().optional(),
        status: z.number(),
        /** Must be in the answer; lists have exactly these entries, in any order. */
        response: z.unknown().optional(),
        /** Must be in the answer; lists may hold more. */
        includes: z.unknown().optional(),
        /** Places that must not be there: names joined by "/", since URNs hold dots and colons. */
        absent: z.array(z.string()).default([]),
        /** Values of the answer for later steps, which write them as {{name}}. */
        save: z.record(z.string(), z.string()).default({}),
        /** How often to send it; {{n}} counts from 1. */
        repeat: z.number().default(1),
      }),
    )
    .min(1),
})
type Step = z.infer<typeof scenario>['steps'][number]

const folder = join(__dirname, 'clients')
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.json'))
  .sort()

const run = randomBytes(4).toString('hex')
const tenants = new Map(files.map((file, i) => [file, { slug: `c${run}-${i}`, token: `token-${run}-${i}` }]))
const service = startService({
  LOCAL_TENANT_TOKENS: JSON.stringify(Object.fromEntries([...tenants.values()].map(({ slug, token }) => [slug, token]))),
})
afterAll(async () => {
  await (await service).close()
})

test.each(files)('%s', async (file) => {
  const { slug = '', token = '' } = tenants.get(file) ?? {}
  const url = `${(await service).origin}/scim/${slug}`
  const saved = new Map<string, unknown>()
  for (const step of scenario.parse(JSON.parse(readFileSync(join(folder, file), 'utf8'))).steps) {
    for (let n = 1; n <= step.repeat; n += 1) {
      const { method, path, headers, body, ...wanted } = filled(step, new Map([...saved, ['n', n]]))
      const answer = await send(url + path, { method, body, headers: { authorization: `Bearer ${token}`, ...headers } })
      const problems = [...problemsOf(answer, wanted), ...brokenRules(answer)]
      if (problems.length > 0) throw new Error(report(step, answer, problems))
      for (const [name, place] of Object.entries(wanted.save)) saved.set(name, at(answer.body, place))
    }
  }
})

/** The step with saved values in place of {{name}}. */
function filled(step: Step, values: ReadonlyMap<string, unknown>): Step {
  const text = JSON.stringify(step).replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values.get(name)
    if (typeof value !== 'string' && typeof value !== 'number') throw new Error(`Nothing was saved as {{${name}}}.`)
    return JSON.stringify(String(value)).slice(1, -1)
  })
  return JSON.parse(text) as Step
}

function problemsOf(answer: Answer, wanted: Pick<Step, 'status' | 'response' | 'includes' | 'absent' | 'save'>): string[] {
  return [
    ...(answer.status === wanted.status ? [] : [`status: wanted ${wanted.status}, got ${answer.status}`]),
    ...(wanted.response === undefined ? [] : differences(wanted.response, answer.body, 'exactly')),
    ...(wanted.includes === undefined ? [] : differences(wanted.includes, answer.body, 'among others')),
    ...wanted.absent.filter((place) => at(answer.body, place) !== undefined).map((place) => `${place}: wanted nothing there`),
    ...Object.values(wanted.save)
      .filter((place) => at(answer.body, place) === undefined)
      .map((place) => `${place}: got nothing to save`),
  ]
}

/** Where the value lacks what is wanted of it. An object may always have more properties. */
function differences(wanted: unknown, got: unknown, lists: 'exactly' | 'among others', where = ''): string[] {
  if (Array.isArray(wanted)) {
    const entries: unknown[] = Array.isArray(got) ? [...(got as unknown[])] : []
    const length = entries.length
    for (const entry of wanted) {
      const found = entries.findIndex((candidate) => differences(entry, candidate, lists).length === 0)
      if (found < 0) return [`${where}: wanted an entry ${JSON.stringify(entry)}, got ${JSON.stringify(got)}`]
      entries.splice(found, 1)
    }
    const tooMany = lists === 'exactly' && entries.length > 0
    return tooMany || !Array.isArray(got)
      ? [`${where}: wanted ${wanted.length} entries, got ${length}: ${JSON.stringify(got)}`]
      : []
  }
  if (isObject(wanted)) {
    if (!isObject(got)) return [`${where}: wanted ${JSON.stringify(wanted)}, got ${JSON.stringify(got)}`]
    return Object.entries(wanted).flatMap(([name, part]) => differences(part, got[name], lists, `${where}/${name}`))
  }
  return wanted === got ? [] : [`${where}: wanted ${JSON.stringify(wanted)}, got ${JSON.stringify(got)}`]
}

function at(body: unknown, place: string): unknown {
  return place.split('/').reduce<unknown>((value, name) => {
    if (Array.isArray(value)) return (value as unknown[])[Number(name)]
    return isObject(value) ? value[name] : undefined
  }, body)
}

const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse'
const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error'

/** What holds for every answer, whoever asked (fact sheet sections 0 and 4). */
function brokenRules({ status, headers, body }: Answer): string[] {
  if (status === 204) return Object.keys(body).length === 0 ? [] : ['204 with a body']
  const schemas = Array.isArray(body['schemas']) ? body['schemas'] : []
  const rules: Record<string, boolean> = {
    'application/scim+json': headers.get('content-type')?.startsWith('application/scim+json') === true,
    'no null and no empty value': !hasEmptyValue(body),
    'an error has its status as text and a detail':
      status < 400 || (schemas.includes(ERROR) && body['status'] === String(status) && typeof body['detail'] === 'string'),
    'Location is meta.location, ETag is meta.version':
      status !== 201 ||
      (headers.get('location') === at(body, 'meta/location') && headers.get('etag') === at(body, 'meta/version')),
    'a list counts itself': !schemas.includes(LIST) || countsItself(body),
  }
  return Object.keys(rules).filter((rule) => rules[rule] === false)
}

function countsItself(body: Answer['body']): boolean {
  const { Resources, itemsPerPage, startIndex, totalResults } = body
  const areWhole = Number.isInteger(startIndex) && Number.isInteger(totalResults)
  return areWhole && Array.isArray(Resources) && itemsPerPage === Resources.length
}

function hasEmptyValue(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasEmptyValue)
  if (!isObject(value)) return value === null || value === ''
  return Object.entries(value).some(([name, part]) =>
    Array.isArray(part) && part.length === 0 ? name !== 'Resources' : hasEmptyValue(part),
  )
}

function report(step: Step, answer: Answer, problems: readonly string[]): string {
  return [
    `Step "${step.name}"`,
    ...problems,
    `The answer was ${answer.status} ${JSON.stringify(answer.body, undefined, 2)}`,
  ].join('\n')
}
