#!/usr/bin/env bash
# @azure/data-tables 13.3.2 (npm) with azurite 3.37.0: a delete in a transaction cannot be conditional. submitTransaction takes
# ["delete", entity] where the entity may carry the etag that was read, and drops it: the entity goes though somebody changed it
# meanwhile, and an update beside it under such an old etag is refused. deleteEntity of the client itself takes an etag and holds to it.
# The guess was a refusal, 412, in both. Whoever deletes in a transaction what nobody may have changed has to guard it by another
# row of the same transaction.
# Seen: by the client refused with 412, in a transaction gone, update in a transaction refused with 412. Ends with 1 when they behave
# otherwise.
set -euo pipefail
folder="$(mktemp -d)"
trap 'kill "${server:-}" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent @azure/data-tables@13.3.2 azurite@3.37.0
port=$((20000 + RANDOM % 20000))
AZURITE_ACCOUNTS="trial:$(head -c 64 /dev/urandom | base64 -w 0)"
export AZURITE_ACCOUNTS
node node_modules/azurite/dist/src/table/main.js --silent --disableTelemetry --inMemoryPersistence --tableHost 127.0.0.1 \
  --tablePort "$port" >/dev/null &
server=$!
cat >run.mjs <<'JS'
import { TableClient } from '@azure/data-tables'
const account = 'trial'
const key = process.env.AZURITE_ACCOUNTS.slice(account.length + 1)
const endpoint = `http://127.0.0.1:${process.argv[2]}/${account}`
const client = TableClient.fromConnectionString(
  `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${key};TableEndpoint=${endpoint};`,
  'trial',
  { allowInsecureConnection: true },
)
for (let tries = 0; ; tries += 1) {
  try {
    await client.createTable()
    break
  } catch (error) {
    if (tries === 50) throw error
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}
const row = (rowKey) => ({ partitionKey: 'p', rowKey })
/** The etag of before somebody else's change. */
async function oldEtag(rowKey) {
  const { etag } = await client.createEntity({ ...row(rowKey), value: 1 })
  await client.updateEntity({ ...row(rowKey), value: 2 }, 'Replace')
  return etag
}
const outcome = (act) => act.then(() => 'done', (error) => `refused with ${error.statusCode}`)
const isThere = (rowKey) => client.getEntity('p', rowKey).then(() => 'there', () => 'gone')

const [a, b, c] = [await oldEtag('a'), await oldEtag('b'), await oldEtag('c')]
console.log('by the client:', await outcome(client.deleteEntity('p', 'a', { etag: a })), await isThere('a'))
console.log('in a transaction:', await outcome(client.submitTransaction([['delete', { ...row('b'), etag: b }]])), await isThere('b'))
const update = ['update', { ...row('c'), value: 3 }, 'Replace', { etag: c }]
console.log('update in a transaction:', await outcome(client.submitTransaction([update])), await isThere('c'))
JS
expected='by the client: refused with 412 there
in a transaction: done gone
update in a transaction: refused with 412 there'
seen="$(node run.mjs "$port")"
echo "$seen"
[ "$seen" = "$expected" ] || { echo 'data-tables behaves otherwise now' >&2; exit 1; }
