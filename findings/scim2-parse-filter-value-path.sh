#!/usr/bin/env bash
# scim2-parse-filter 0.2.10 (npm): the terms in the brackets of a value path need not hold for one entry. A person whose work
# address is one and whose home address is another matches a filter for the other as work address: RFC 7644 section 3.4.2.2 wants
# both of the same entry. The guess was no match. A directory that looks for a person so links the wrong one.
# Seen: one match where there is none. Ends with 1 when the package behaves otherwise.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent scim2-parse-filter@0.2.10
cat >run.mjs <<'JS'
import { filter, parse } from 'scim2-parse-filter'
const person = {
  emails: [{ value: 'one@contoso.example', type: 'work' }, { value: 'two@contoso.example', type: 'home' }],
}
const matches = (text) => [person].filter(filter(parse(text))).length
console.log('one as work:', matches('emails[type eq "work" and value eq "one@contoso.example"]'))
console.log('two as work:', matches('emails[type eq "work" and value eq "two@contoso.example"]'))
console.log('three as work:', matches('emails[type eq "work" and value eq "three@contoso.example"]'))
JS
expected='one as work: 1
two as work: 1
three as work: 0'
seen="$(node run.mjs)"
echo "$seen"
[ "$seen" = "$expected" ] || { echo 'scim2-parse-filter behaves otherwise now' >&2; exit 1; }
