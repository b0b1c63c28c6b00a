/** An attribute as people read it; `path` is its name in SCIM. */
interface AttributeRow {
  readonly path: string
  readonly label: string
  readonly values: readonly string[]
}

/** The attributes of one schema. */
interface AttributeGroup {
  /** Undefined for the core schema. */
  readonly urn: string | undefined
  readonly title: string
  readonly rows: readonly AttributeRow[]
}

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:user'

/** Everything that SCIM answers of a resource, flat: the core schema first, then each extension. */
export function attributeGroups(attributes: Readonly<Record<string, unknown>>): AttributeGroup[] {
  const all = Object.entries(attributes)
  const extensions = all.filter(([name, value]) => name.includes(':') && isRecord(value))
  const core = all.filter(([name, value]) => name !== 'schemas' && !(name.includes(':') && isRecord(value)))
  return [
    { urn: undefined, title: 'Core attributes', rows: rowsOf(core) },
    ...extensions.map(([urn, value]) => ({
      urn,
      title: titleOf(urn),
      rows: rowsOf(Object.entries(isRecord(value) ? value : {})),
    })),
  ].filter(({ rows }) => rows.length > 0)
}

function titleOf(urn: string): string {
  if (urn.toLowerCase() === ENTERPRISE) return 'Enterprise extension'
  const [name] = /[^:]+(?=:[\d.]+:\w+$)/.exec(urn) ?? [urn]
  return `Extension ${name}`
}

const rowsOf = (entries: readonly (readonly [string, unknown])[]) => entries.flatMap(([name, value]) => rowOf(name, value))

/** A complex attribute becomes a row for each of its parts; one with several values has them below each other. */
function rowOf(name: string, value: unknown): AttributeRow[] {
  if (Array.isArray(value)) return value.length === 0 ? [] : [{ path: name, label: labelOf(name), values: value.map(entryText) }]
  if (!isRecord(value)) return [{ path: name, label: labelOf(name), values: [plain(value)] }]
  return Object.entries(value).map(([sub, part]) => ({
    path: `${name}.${sub}`,
    label: `${labelOf(name)}, ${labelOf(sub, false)}`,
    values: Array.isArray(part) ? part.map(entryText) : [isRecord(part) ? entryText(part) : plain(part)],
  }))
}

/** `ada@contoso.example (work, primary)`; of an entry without a `value`, such as an address, its parts line by line. */
function entryText(entry: unknown): string {
  if (!isRecord(entry)) return plain(entry)
  if (entry['value'] === undefined) return linesOf(entry).join('\n')
  const { value, type, primary, ...rest } = entry
  const marks = [type, primary === true ? 'primary' : undefined].filter((mark) => mark !== undefined).map(plain)
  const first = marks.length === 0 ? plain(value) : `${plain(value)} (${marks.join(', ')})`
  return [first, ...linesOf(rest)].join('\n')
}

const linesOf = (parts: Readonly<Record<string, unknown>>) =>
  Object.entries(parts).map(([name, part]) => `${labelOf(name)}: ${plain(part)}`)

function plain(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 'Yes' : 'No'
  return JSON.stringify(value)
}

/** `employeeNumber` → Employee number. What is no camel case stays as it is. */
function labelOf(name: string, isFirst = true): string {
  const words = name.replace(/([a-z\d])([A-Z])(?=[a-z])/g, (_, end: string, begin: string) => `${end} ${begin.toLowerCase()}`)
  return isFirst ? words.charAt(0).toUpperCase() + words.slice(1) : words
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
