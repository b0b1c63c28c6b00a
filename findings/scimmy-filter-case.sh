#!/usr/bin/env bash
# scimmy 1.3.5 (npm): its Filter compares text with case, though its own User schema says caseExact false of userName, and RFC 7643
# section 2.2 makes that the default. Before it creates anybody Microsoft Entra ID asks `userName eq "…"` in the spelling of the
# directory: a person who is stored in other letter case is not found, and is created a second time or refused as a duplicate.
# The guess was a match. Beside it: text matches a boolean (`active eq "true"`), while the word True without quotes matches none.
# Seen: 0, 1, 1, 0. Ends with 1 when the package behaves otherwise.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent scimmy@1.3.5
cat >run.mjs <<'JS'
import SCIMMY from 'scimmy'
const people = [{ userName: 'One@contoso.example', active: true }]
const matches = (text) => new SCIMMY.Types.Filter(text).match(people).length
const { caseExact } = SCIMMY.Schemas.User.definition.attribute('userName').config
console.log('caseExact of userName:', caseExact)
console.log('other letter case:', matches('userName eq "one@contoso.example"'))
console.log('same letter case:', matches('userName eq "One@contoso.example"'))
console.log('active as text:', matches('active eq "true"'))
console.log('active as the word True:', matches('active eq True'))
JS
expected='caseExact of userName: false
other letter case: 0
same letter case: 1
active as text: 1
active as the word True: 0'
seen="$(node run.mjs)"
echo "$seen"
[ "$seen" = "$expected" ] || { echo 'scimmy behaves otherwise now' >&2; exit 1; }
