import host from '../host.json'
import manifest from '../package.json'

interface Binding {
  readonly type: string
  readonly direction: string
  readonly route?: string
  readonly methods?: readonly string[]
  readonly authLevel?: string
  readonly schedule?: string
}
interface Registered {
  readonly name: string
  readonly bindings: Readonly<Record<string, Binding>>
}

interface Core {
  readonly models: readonly unknown[]
  readonly registered: readonly Registered[]
  readonly logged: readonly string[]
  readonly hooks: readonly string[]
}

/** Stands for the module that exists only inside the Functions worker: what the library hands it is what the host indexes. */
jest.mock(
  '@azure/functions-core',
  () => {
    const models: unknown[] = []
    const registered: unknown[] = []
    const logged: string[] = []
    const hooks: string[] = []
    return {
      models,
      registered,
      logged,
      hooks,
      registerHook: (name: string) => hooks.push(name),
      setProgrammingModel: (model: unknown) => models.push(model),
      registerFunction: (metadata: unknown) => registered.push(metadata),
      log: (_level: string, _category: string, message: string) => logged.push(message),
    }
  },
  { virtual: true },
)

/** Loads the app's entry as a new worker process does. */
function loadedApp(): Core {
  const cores: Core[] = []
  jest.isolateModules(() => {
    jest.requireActual('./index')
    cores.push(jest.requireMock<Core>('@azure/functions-core'))
  })
  return cores[0]!
}
const { models, registered, logged, hooks } = loadedApp()

const bindings = ({ bindings }: Registered) => Object.values(bindings)
const trigger = (type: string) =>
  registered.flatMap((one) =>
    bindings(one)
      .filter((binding) => binding.type === type)
      .map((binding) => ({ ...binding, name: one.name })),
  )
/** As the host sorts before it tries one route after the other: by name, by code unit, without case. */
const byName = (a: string, b: string) => (a.toUpperCase() < b.toUpperCase() ? -1 : 1)

test('the library found the worker and took over as its programming model', () => {
  expect(models).toHaveLength(1)
})

test('requests are streamed only when the setting says so', () => {
  expect(logged).toEqual([])
  process.env['HTTP_STREAM'] = 'true'
  try {
    expect(loadedApp().logged).toEqual(['HTTP streaming enabled.'])
  } finally {
    delete process.env['HTTP_STREAM']
  }
})

test('the HTTP functions have exactly these names and templates', () => {
  expect(Object.fromEntries(trigger('httpTrigger').map(({ name, route }) => [name, route]))).toEqual({
    bulk: 'scim/{tenant}/Bulk',
    console: 'console/{*path}',
    groups: 'scim/{tenant}/Groups/{id?}',
    manage: 'api/manage/{*rest}',
    me: 'scim/{tenant}/Me',
    'oauth-metadata': '.well-known/oauth-authorization-server/{*rest}',
    'oauth-token': 'oauth/{tenant}/token',
    product: 'api/product/{*rest}',
    ready: 'ready',
    'resource-types': 'scim/{tenant}/ResourceTypes/{id?}',
    roles: 'scim/{tenant}/Roles/{id?}',
    entitlements: 'scim/{tenant}/Entitlements/{id?}',
    root: '/',
    schemas: 'scim/{tenant}/Schemas/{id?}',
    search: 'scim/{tenant}/.search',
    'service-provider-config': 'scim/{tenant}/ServiceProviderConfig',
    users: 'scim/{tenant}/Users/{id?}',
    'z-unknown-route': 'scim/{*rest}',
  })
})

test('every HTTP function takes every method, without a function key, and answers over HTTP', () => {
  for (const one of registered.filter((one) => bindings(one).some(({ type }) => type === 'httpTrigger'))) {
    expect(bindings(one)).toContainEqual(
      expect.objectContaining({
        type: 'httpTrigger',
        direction: 'in',
        authLevel: 'anonymous',
        methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'],
      }),
    )
    expect(bindings(one)).toContainEqual(expect.objectContaining({ type: 'http', direction: 'out' }))
  }
})

test('no function hangs on a queue: a queue that refuses would end the host, and one that is slow would hold up answers', () => {
  const types = new Set(registered.flatMap((one) => bindings(one).map(({ type }) => type)))
  expect([...types].sort()).toEqual(['http', 'httpTrigger', 'timerTrigger'])
})

test('what is only remembered is written when the host ends the process', () => {
  expect(hooks).toEqual(['appTerminate'])
})

test('the follower runs each minute', () => {
  expect(trigger('timerTrigger')).toEqual([
    expect.objectContaining({ name: 'follow-timer', schedule: '0 * * * * *', direction: 'in' }),
  ])
})

test('names are ones the host accepts and unique without case', () => {
  const names = registered.map(({ name }) => name)
  expect(names.filter((name) => !/^[a-z][a-z0-9_-]{0,127}$/i.test(name))).toEqual([])
  expect(new Set(names.map((name) => name.toUpperCase())).size).toBe(names.length)
})

test('a catch-all is tried after every other function below its path', () => {
  const routes = trigger('httpTrigger').map(({ name, route = '' }) => ({ name, route }))
  const catchAlls = routes.filter(({ route }) => route.endsWith('{*rest}'))
  for (const { name, route } of catchAlls) {
    const below = routes.filter((other) => other.name !== name && other.route.startsWith(route.slice(0, -'{*rest}'.length)))
    expect([...below.map((other) => other.name), name].sort(byName).at(-1)).toBe(name)
  }
  expect(catchAlls.map(({ name }) => name)).toEqual(expect.arrayContaining(['manage', 'product', 'z-unknown-route']))
})

test('no route begins with a segment that the host keeps for itself, and none has a prefix', () => {
  expect(trigger('httpTrigger').filter(({ route }) => /^(admin|runtime)/i.test(route ?? 'admin'))).toEqual([])
  expect(host.extensions.http.routePrefix).toBe('')
})

test('the package names the bundle as its entry', () => {
  expect(manifest.main).toBe('dist/functions/index.js')
})
