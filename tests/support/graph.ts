import { createServer, STATUS_CODES } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text as readText } from 'node:stream/consumers'

/** Microsoft Graph as far as setting up provisioning goes, on the loopback address. For tests only. */

export interface Call {
  readonly method: string
  readonly path: string
  readonly body: unknown
}

/** How it differs from one that does all at once. */
export interface GraphOptions {
  /** How many searches do not find an application that was made. */
  readonly unseen?: number
  /** How often the new service principal is not there yet for provisioning. */
  readonly absent?: number
  /** What it answers to a request, before it does anything. */
  readonly refuse?: (call: Call) => readonly [status: number, message: string] | undefined
  /** Makes the application, and says that there is no template. */
  readonly lies?: boolean
}

interface Principal {
  readonly id: string
  readonly displayName: string
  readonly applicationTemplateId: string | null
}

const attribute = (target: string, source: string, matchingPriority = 0) => ({
  targetAttributeName: target,
  matchingPriority,
  flowType: 'Always',
  source: { expression: `[${source}]`, name: source, type: 'Attribute', parameters: [] },
})

/** The part of the template's schema that the script looks at, and something besides. */
const schema = () => ({
  id: 'schema',
  synchronizationRules: [
    {
      name: 'USER_OUTBOUND_USER',
      objectMappings: [
        {
          sourceObjectName: 'User',
          attributeMappings: [
            attribute('userName', 'userPrincipalName', 1),
            attribute('displayName', 'displayName'),
            attribute('externalId', 'mailNickname'),
          ],
        },
        {
          sourceObjectName: 'Group',
          attributeMappings: [attribute('displayName', 'displayName', 1), attribute('externalId', 'objectId')],
        },
      ],
    },
  ],
})

export interface Graph {
  readonly origin: string
  readonly calls: Call[]
  readonly principals: Principal[]
  /** The job's schema as it is now. */
  schema: unknown
  close(): Promise<void>
}

export async function startGraph({ unseen = 0, absent = 0, refuse, lies = false }: GraphOptions = {}): Promise<Graph> {
  let [hidden, missing] = [unseen, absent]
  const jobs: { id: string }[] = []
  const graph = { calls: [] as Call[], principals: [] as Principal[], schema: schema() as unknown }

  function search(path: string) {
    const name = /displayName eq '(.*)'$/.exec(new URL(path, 'http://graph').searchParams.get('$filter') ?? '')?.[1]
    const found = graph.principals.filter(({ displayName }) => displayName === name?.replaceAll("''", "'"))
    if (found.length > 0 && hidden-- > 0) return { value: [] }
    return { value: found }
  }
  function instantiate(path: string, body: unknown): readonly [number, unknown] {
    const { displayName } = body as { readonly displayName: string }
    graph.principals.push({
      id: `principal-${graph.principals.length + 1}`,
      displayName,
      applicationTemplateId: path.split('/')[3] ?? '',
    })
    return lies ? [404, { error: { code: 'Request_ResourceNotFound' } }] : [201, {}]
  }
  function provisioning({ method, path, body }: Call): readonly [number, unknown] {
    if (missing-- > 0) return [404, { error: { code: 'Request_ResourceNotFound' } }]
    const what = `${method} ${path.replace(/^.*\/synchronization\//, '')}`
    if (what === 'GET jobs') return [200, { value: jobs }]
    if (what === 'POST jobs') {
      jobs.push({ id: `scim.job.${jobs.length + 1}` })
      return [201, jobs.at(-1)]
    }
    if (what.endsWith('/schema') && method === 'PUT') graph.schema = body
    if (what.endsWith('/schema') && method === 'GET') return [200, graph.schema]
    return [204, undefined]
  }
  function answerTo(call: Call): readonly [number, unknown] {
    const refused = refuse?.(call)
    if (refused !== undefined) return [refused[0], { error: { message: refused[1] } }]
    if (call.path.startsWith('/v1.0/servicePrincipals?')) return [200, search(call.path)]
    if (call.path.endsWith('/instantiate')) return instantiate(call.path, call.body)
    return provisioning(call)
  }

  const server = createServer((request, response) => {
    void readText(request).then((source) => {
      const call = { method: request.method ?? '', path: request.url ?? '', body: source && (JSON.parse(source) as unknown) }
      graph.calls.push(call)
      const [status, body] = answerTo(call)
      response.writeHead(status, STATUS_CODES[status]).end(body === undefined ? '' : JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(graph, {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}
