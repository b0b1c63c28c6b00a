/**
 * How long it takes from a disable in the directory until the product is told: starts the service as `npm start -- --memory`
 * does, makes a webhook, and then sends PATCH active false and true over SCIM, each time waiting for role.changed.
 * node bench/disable-to-webhook.mjs [rounds] [people]
 */
import { Buffer } from 'node:buffer'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const [rounds = 200, people = 500] = process.argv.slice(2).map(Number)
const root = fileURLToPath(new URL('..', import.meta.url))
const MAX_WAIT_MS = 90_000

/** Runs the service in a process of its own; its announcement says the URL, the token and the setup link. */
async function startService() {
  const child = spawn(process.execPath, ['dev/start.mjs', '--memory', '--port', '0'], {
    cwd: root,
    env: { ...process.env, WEBHOOK_ALLOW_LOCAL: 'true', REQUESTS_PER_SECOND: '1000', REQUEST_BURST: '1000' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  await new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error(`The service did not start: ${said}`)))
    child.stdout.on('data', (part) => {
      if (said.includes('curl ')) return
      said += part.toString()
      if (said.includes('curl ')) resolve()
    })
  })
  const word = (name) => new RegExp(`${name} +(\\S+)`).exec(said)?.[1] ?? ''
  const url = word('Tenant URL')
  return { child, url, token: word('Secret Token'), link: word('Setup link').split('#link=')[1], origin: new URL(url).origin }
}

async function send(url, method, body, authorization, type = 'application/json') {
  const answer = await globalThis.fetch(url, {
    method,
    headers: { 'content-type': type, ...(authorization && { authorization }) },
    body: JSON.stringify(body),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${new URL(url).pathname} answers ${answer.status}: ${text}`)
  return text === '' ? {} : JSON.parse(text)
}

/** Resolves waiters by `<person> <role>` as role.changed comes in. */
async function startReceiver() {
  const waiting = new Map()
  const server = createServer(async (request, response) => {
    const parts = []
    for await (const part of request) parts.push(part)
    response.writeHead(204).end()
    const { data } = JSON.parse(Buffer.concat(parts).toString())
    const isDisabled = data.role?.after === 'Disabled'
    waiting.get(`${data.id} ${isDisabled}`)?.()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    told: (id, isDisabled) => new Promise((resolve) => waiting.set(`${id} ${isDisabled}`, resolve)),
    close: () => server.close(),
  }
}

const percentile = (sorted, share) => Math.round(sorted[Math.ceil(sorted.length * share) - 1])

function report(name, times) {
  const sorted = [...times].sort((a, b) => a - b)
  console.log(
    `${name}: ${times.length} times, p50 ${percentile(sorted, 0.5)} ms, p95 ${percentile(sorted, 0.95)} ms, max ${percentile(sorted, 1)} ms`,
  )
}

const [service, receiver] = await Promise.all([startService(), startReceiver()])
const scim = (method, path, body) => send(service.url + path, method, body, `Bearer ${service.token}`, 'application/scim+json')
try {
  const session = await send(`${service.origin}/api/manage/session`, 'POST', { link: service.link })
  const tenant = service.url.split('/').at(-1)
  await send(
    `${service.origin}/api/manage/tenants/${tenant}/webhooks`,
    'POST',
    { url: receiver.url, events: ['role.changed'] },
    `Bearer ${session.token}`,
  )

  const ids = []
  while (ids.length < people) {
    const some = Array.from({ length: Math.min(8, people - ids.length) }, (_, i) => `person${ids.length + i}@contoso.example`)
    ids.push(...(await Promise.all(some.map(async (userName) => (await scim('POST', '/Users', { userName, active: true })).id))))
  }
  await pause(8000) // until the first roles are announced and the follower rests

  /** From the request on, not from its answer. */
  async function measure(id, active) {
    const told = receiver.told(id, !active)
    const started = performance.now()
    await scim('PATCH', `/Users/${id}`, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', path: 'active', value: active }],
    })
    const time = await Promise.race([told.then(() => performance.now() - started), pause(MAX_WAIT_MS, undefined, { ref: false })])
    if (time === undefined) throw new Error(`No role.changed came within ${MAX_WAIT_MS / 1000} s.`)
    return time
  }

  const [disables, restores] = [[], []]
  for (let round = 0; round < rounds; round += 1) {
    const id = ids[round % ids.length]
    disables.push(await measure(id, false))
    await pause((round % 12) * 250) // at every phase of the follower's linger, and when it rests
    restores.push(await measure(id, true))
  }
  console.log(`${people} people, one request at a time, pauses of 0 to 2.75 s`)
  report('disable to webhook', disables)
  report('restore to webhook', restores)

  const bursts = []
  for (let from = 0; from + 50 <= Math.min(ids.length, rounds); from += 50) {
    const some = ids.slice(from, from + 50)
    bursts.push(...(await Promise.all(some.map((id) => measure(id, false)))))
    await Promise.all(some.map((id) => measure(id, true)))
  }
  if (bursts.length > 0) report('disable to webhook, 50 at the same moment', bursts)
} finally {
  receiver.close()
  service.child.kill('SIGTERM')
}
