#!/usr/bin/env bash
# scim-patch 0.8.3 (npm): `remove` of members that are listed in the value, the form that Microsoft Entra ID sends, compares whole
# entries. A member that is stored with `display` beside its `value` stays, and no error tells of it: the caller answers 2xx and
# the person keeps the access of the group. The guess was that the `value` of an entry tells which one is meant.
# Seen: listed by value alone: both left; listed as stored: one left; by a filter in the path: one left.
# Ends with 1 when the package behaves otherwise.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent scim-patch@0.8.3
cat >run.mjs <<'JS'
import { scimPatch } from 'scim-patch'
const group = () => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
  displayName: 'Sales',
  meta: { resourceType: 'Group', created: '', lastModified: '', location: '' },
  members: [{ value: 'id-1', display: 'One' }, { value: 'id-2', display: 'Two' }],
})
const left = (operation) => scimPatch(group(), [operation]).members.map(({ value }) => value).join(' ')
console.log('by value:', left({ op: 'Remove', path: 'members', value: [{ value: 'id-1' }] }))
console.log('as stored:', left({ op: 'Remove', path: 'members', value: [{ value: 'id-1', display: 'One' }] }))
console.log('by filter:', left({ op: 'Remove', path: 'members[value eq "id-1"]' }))
JS
expected='by value: id-1 id-2
as stored: id-2
by filter: id-2'
seen="$(node run.mjs)"
echo "$seen"
[ "$seen" = "$expected" ] || { echo 'scim-patch behaves otherwise now' >&2; exit 1; }
