import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isObject, type Json, type JsonObject } from '../../shared/scim/json'
import type { Bicep } from './bicep'

const root = join(__dirname, '..', '..')

/** A resource as Azure would be asked for it. What is known only while deploying stays an expression in brackets. */
export interface ArmResource {
  readonly id: string
  readonly type: string
  readonly name: string
  readonly body: JsonObject
}

/** A copy of infra/ inside the folder, to try things on, with a text replaced in one of its files. */
export function copyInfra(
  within: string,
  change?: { readonly file: string; readonly from: string | RegExp; readonly to: string },
): string {
  const folder = mkdtempSync(join(within, 'infra-'))
  cpSync(join(root, 'infra'), folder, { recursive: true })
  if (change === undefined) return folder
  const path = join(folder, change.file)
  const before = readFileSync(path, 'utf8')
  const after = before.replace(change.from, () => change.to)
  if (after === before) throw new Error(`${change.file} does not contain ${String(change.from)}`)
  writeFileSync(path, after)
  return folder
}

/** The compiled template, without the lines that name the compiler. */
export async function compile(bicep: Bicep, folder: string): Promise<JsonObject> {
  const { success, contents, diagnostics } = await bicep.ask('bicep/compile', { path: join(folder, 'main.bicep') })
  if (success !== true) throw new Error(JSON.stringify(diagnostics))
  return withoutGenerator(parseObject(text(contents)))
}

/** The resources of a deployment with these parameters, expressions evaluated as far as they can be before deploying. */
export async function predict(bicep: Bicep, folder: string, parameters: JsonObject): Promise<ArmResource[]> {
  const lines = Object.entries(parameters).map(([name, value]) => `param ${name} = ${bicepLiteral(value)}`)
  writeFileSync(join(folder, 'tried.bicepparam'), ["using 'main.bicep'", ...lines, ''].join('\n'))
  return predictFile(bicep, folder, 'tried')
}

/** The same with the parameters of a file, which is named without its ending. */
export async function predictFile(bicep: Bicep, folder: string, name: string): Promise<ArmResource[]> {
  const { snapshot } = await bicep.ask('bicep/getSnapshot', {
    path: join(folder, `${name}.bicepparam`),
    metadata: { tenantId: TENANT, subscriptionId: SUBSCRIPTION, resourceGroup: 'rg-rollcall', location: 'westeurope' },
  })
  return objects(parseObject(text(snapshot))['predictedResources']).map((body) => ({
    id: text(body['id']),
    type: text(body['type']),
    name: text(body['name']).split('/').at(-1) ?? '',
    body,
  }))
}

const SUBSCRIPTION = '00000000-0000-0000-0000-000000000001'
const TENANT = '00000000-0000-0000-0000-000000000002'

/** The template and every template nested in it. */
export function templates(template: JsonObject): JsonObject[] {
  const { resources } = template
  const list = isObject(resources) ? Object.values(resources) : (resources ?? [])
  const nested = objects(list).flatMap((resource) => {
    const inner = at(resource, 'properties.template')
    return isObject(inner) ? templates(inner) : []
  })
  return [template, ...nested]
}

/** The value at a dotted path; undefined when a part of it is missing. */
export function at(value: Json | undefined, path: string): Json | undefined {
  return path.split('.').reduce<Json | undefined>((inner, name) => (isObject(inner) ? inner[name] : undefined), value)
}

/** Each text in the value, however deep, with its path. */
export function texts(value: Json | undefined, path = ''): [path: string, text: string][] {
  if (typeof value === 'string') return [[path, value]]
  if (Array.isArray(value)) return value.flatMap((item, i) => texts(item, `${path}[${i}]`))
  return isObject(value) ? Object.entries(value).flatMap(([name, inner]) => texts(inner, `${path}.${name}`)) : []
}

export function parseObject(source: string): JsonObject {
  const value: unknown = JSON.parse(source)
  if (!isObject(value)) throw new Error('not a JSON object')
  return value
}

/** Bicep writes its version and a hash over itself into each template. */
export function withoutGenerator(template: JsonObject): JsonObject {
  for (const { metadata } of templates(template)) if (isObject(metadata)) delete metadata['_generator']
  return template
}

const objects = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : [])
export const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '')

function bicepLiteral(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(bicepLiteral).join(', ')}]`
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value)
}
