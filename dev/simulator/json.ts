/** A JSON value, as it comes over the wire. */
export type Json = string | number | boolean | null | Json[] | JsonObject
export interface JsonObject {
  [name: string]: Json
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value's own property of that name; undefined when there is none or the value is no object. */
export function own(value: Json | undefined, name: string): Json | undefined {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

/** The objects in an array; none when the value is no array. */
export function objects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

/** The value when it is text. */
export function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** Whether a null stands anywhere inside. */
export function holdsNull(value: Json): boolean {
  if (value === null) return true
  if (Array.isArray(value)) return value.some(holdsNull)
  return isObject(value) && Object.values(value).some(holdsNull)
}

/** The value, or undefined when the text is no JSON. */
export function parseJson(source: string): Json | undefined {
  try {
    return JSON.parse(source) as Json
  } catch {
    return undefined
  }
}
