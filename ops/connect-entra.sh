#!/usr/bin/env bash
# Connects a directory of Microsoft Entra ID to a SCIM endpoint: makes a non-gallery application, its provisioning job, the mapping
# that docs/entra.md recommends, saves how to sign in, tests it and starts. `connect-entra.sh --help` tells the flags.
#
# It asks Microsoft Graph v1.0 by `az rest`. Every step looks first what is there, so that it may run again: after an error, or with a new
# secret. Secrets come from the environment or the keyboard and reach az in a file: what stands on a command line every process sees.
#
# Sources, all of learn.microsoft.com: "Configure provisioning using Microsoft Graph APIs"; Graph's references of applicationTemplate
# (instantiate), synchronizationSecretKeyStringValuePair, and synchronization (secrets, jobs, validateCredentials, start).
set -euo pipefail

usage() {
  cat <<'HELP'
ops/connect-entra.sh <method> --name <name> --url <Tenant URL> [flags]

  <method>                bearer, client-credentials or federation: docs/oauth.md says which to choose
  --name <name>           the application in Entra ID; one of that name is used again
  --url <url>             the Tenant URL
  --token-endpoint <url>  where access tokens are given, with the two OAuth methods
  --client-id <id>        the client identifier, with the two OAuth methods
  --start                 with federation, once the portal has its part: test and start

It needs az (signed in, as Application Administrator or more) and jq. The Secret Token is read from SCIM_SECRET_TOKEN, the client secret
from SCIM_CLIENT_SECRET; without them it asks.
HELP
}

fail() {
  echo "$1" >&2
  exit 1
}

method='' name='' url='' endpoint='' client='' start=''
while [ $# -gt 0 ]; do
  case $1 in
    --help) usage && exit 0 ;;
    --start) start=yes && shift && continue ;;
    bearer | client-credentials | federation) method=$1 && shift && continue ;;
    --name | --url | --token-endpoint | --client-id) [ $# -gt 1 ] || fail "$1 is without its value." ;;
    *) fail "There is no such flag or method; --help tells them." ;; # what it is is not repeated: it may be a secret
  esac
  case $1 in
    --name) name=$2 ;;
    --url) url=$2 ;;
    --token-endpoint) endpoint=$2 ;;
    --client-id) client=$2 ;;
  esac
  shift 2
done
[ -n "$method" ] || fail "Give a method first: bearer, client-credentials or federation."
[ -n "$name" ] || fail "--name is missing: give the name of the application."
[[ $url == https://* ]] || fail "--url is missing or no https URL: give the Tenant URL."
if [ "$method" != bearer ]; then
  [[ $endpoint == https://* ]] || fail "--token-endpoint is missing or no https URL: give the Token endpoint."
  [ -n "$client" ] || fail "--client-id is missing: give the Client identifier."
fi
for command in az jq; do command -v "$command" >/dev/null || fail "$command is not installed."; done

secret=''
# ask <variable> <name>: the secret, from the variable or the keyboard
ask() {
  secret=${!1:-}
  if [ -z "$secret" ] && [ -t 0 ]; then read -rsp "$2: " secret && echo >&2; fi
  [ -n "$secret" ] || fail "Set $1 to the $2."
}
case $method in
  bearer) ask SCIM_SECRET_TOKEN "Secret Token" ;;
  client-credentials) ask SCIM_CLIENT_SECRET "Client Secret" ;;
esac

umask 077
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
body=$folder/body.json
said=$folder/said

graph=$(az cloud show --query endpoints.microsoftGraphResourceId --output tsv) || fail "az does not say which cloud it is for: az cloud show."
graph=${graph%/}/v1.0
# The template of non-gallery applications, in each cloud.
case $graph in
  https://graph.microsoft.us/*) template=4602d0b4-76bb-404b-bca9-2652e1a39c6d ;;
  https://microsoftgraph.chinacloudapi.cn/*) template=5a532e38-1581-4918-9658-008dc27c1d68 ;;
  *) template=8adf8e6e-67b2-4cf2-a259-e3dc5476c621 ;;
esac

# graph <method> <path>: the answer; $body goes along where it is there, once
graph() {
  local with=()
  if [ -f "$body" ]; then with=(--headers Content-Type=application/json --body "@$body"); fi
  az rest --method "$1" --url "$graph$2" --output json ${with[@]+"${with[@]}"} 2>"$said"
}
# What Graph said last, without the secret should it have repeated it
answer() {
  local text
  text=$(head -c 1000 "$said")
  if [ -n "$secret" ]; then text=${text//"$secret"/…}; fi
  echo "$text"
}
# Graph makes things here and finds them there: what was just made may be "Not Found" for minutes. The longest wait is five minutes.
# Answers that leave open whether it was done are not asked for again: that could make two jobs.
patiently() {
  for _ in $(seq 10); do
    if graph "$@"; then rm -f "$body" && return 0; fi
    grep -qE 'Not Found|Too Many Requests|Service Unavailable' "$said" || break
    sleep 30
  done
  echo "Microsoft Graph refused $1 ${2%%\?*}: $(answer)" >&2
  return 1
}

# The application's service principal: one object, or nothing
find_principal() {
  local filter found
  filter=$(NAME=$name jq -rn '"displayName eq \u0027\(env.NAME | gsub("\u0027"; "\u0027\u0027"))\u0027" | @uri')
  found=$(patiently get "/servicePrincipals?\$filter=$filter&\$select=id,applicationTemplateId") || return 1
  found=$(jq -r '.value[] | "\(.id) \(.applicationTemplateId)"' <<<"$found")
  case $found in
    *$'\n'*) fail "There are several applications of that name. Delete those that are not needed, or give another --name." ;;
    '' | *" $template") echo "${found% *}" ;;
    *) fail "There is another application of that name, which was not made as a non-gallery application. Give another --name." ;;
  esac
}

principal=$(find_principal)
if [ -z "$principal" ]; then
  echo "Making the application."
  NAME=$name jq -n '{displayName: env.NAME}' >"$body"
  # "Not Found" may come although it is being made (hashicorp/terraform-provider-azuread, pull 1406), so it is asked once.
  graph post "/applicationTemplates/$template/instantiate" >/dev/null || grep -q 'Not Found' "$said" ||
    fail "Microsoft Graph made no application: $(answer)"
  rm -f "$body"
  for _ in $(seq 10); do
    principal=$(find_principal)
    [ -z "$principal" ] || break
    sleep 30
  done
  [ -n "$principal" ] || fail "The application is not there after five minutes. Run this again; it makes no second one once it is."
fi
synchronization=/servicePrincipals/$principal/synchronization

job=$(patiently get "$synchronization/jobs" | jq -r '.value[0].id // empty')
if [ -z "$job" ]; then
  echo "Making the provisioning job."
  echo '{"templateId":"scim"}' >"$body"
  job=$(patiently post "$synchronization/jobs" | jq -r .id)
fi

# Matches by objectId: it never changes and never returns. Only what is as the template has it is touched.
patiently get "$synchronization/jobs/$job/schema" >"$folder/schema.json"
jq '
  def matched_by_id: map(
    if .targetAttributeName == "externalId" then
      .matchingPriority = 1 | .source = {expression: "[objectId]", name: "objectId", type: "Attribute", parameters: []}
    else .matchingPriority = 0 end);
  def has(target; source; priority):
    any(.attributeMappings[]; .targetAttributeName == target and .source.expression == source and .matchingPriority == priority);
  .synchronizationRules[].objectMappings[] |= if
    (.sourceObjectName == "User" and has("externalId"; "[mailNickname]"; 0) and has("userName"; "[userPrincipalName]"; 1)) or
    (.sourceObjectName == "Group" and has("externalId"; "[objectId]"; 0) and has("displayName"; "[displayName]"; 1))
  then .attributeMappings |= matched_by_id else . end' "$folder/schema.json" >"$body"
if [ "$(jq -S . "$body")" = "$(jq -S . "$folder/schema.json")" ]; then
  rm -f "$body"
else
  echo "Matching by objectId."
  patiently put "$synchronization/jobs/$job/schema" >/dev/null
fi

case $method in
  bearer) URL=$url SECRET=$secret jq -n \
    '{value: [{key: "BaseAddress", value: env.URL}, {key: "SecretToken", value: env.SECRET}]}' >"$body" ;;
  client-credentials) URL=$url SECRET=$secret CLIENT=$client ENDPOINT=$endpoint jq -n '{value: [
      {key: "BaseAddress", value: env.URL},
      {key: "AuthenticationType", value: "OAuth2ClientCredentialsGrant"},
      {key: "Oauth2TokenExchangeUri", value: env.ENDPOINT},
      {key: "Oauth2ClientId", value: env.CLIENT},
      {key: "Oauth2ClientSecret", value: env.SECRET}]}' >"$body" ;;
  federation) [ -n "$start" ] || {
    cat >&2 <<SENTENCES
The application and its job are there. Microsoft Graph cannot set workload identity federation (its list of synchronization secrets has
no key for it), only the portal can. Open the application, Provisioning, Connectivity, and enter:
  Tenant URL         $url
  Token endpoint     $endpoint
  Client identifier  $client
Trust there what it shows (Issuer, Subject, Audience) in Rollcall, press Test Connection, and run this again with --start.
SENTENCES
    exit 2
  } ;;
esac
if [ -f "$body" ]; then
  echo "Saving how to sign in."
  patiently put "$synchronization/secrets" >/dev/null
fi

echo "Testing the connection."
echo '{"useSavedCredentials":true}' >"$body"
patiently post "$synchronization/jobs/$job/validateCredentials" >/dev/null ||
  fail "Entra ID could not sign in at $url. Rollcall's console tells what it refused, on the page Connect. Nothing was started."
patiently post "$synchronization/jobs/$job/start" >/dev/null
echo "Provisioning runs. Only people and groups that are assigned to the application are sent: assign them in the portal."
