#!/usr/bin/env bash
# Publishes the package: infra/publish.sh <resource group> [<zip>]
#
# Flex Consumption stores a package as the very identity that the app runs as. That identity may only read its package, so that
# nobody who got into the app stays in it by replacing what runs. So it gets the right to write for as long as this runs.
#
# Names come from the outputs of the deployment "rollcall", or from variables of the same names where they are set, as azd sets them.
set -euo pipefail
group=$1
package=${2:-dist/rollcall.zip}
[ -f "$package" ] || { echo "There is no $package: npm run package makes it." >&2 && exit 1; }

output() {
  local value=${!1:-}
  [ -n "$value" ] || value=$(az deployment group show --resource-group "$group" --name rollcall --query "properties.outputs.$1.value" --output tsv)
  [ -n "$value" ] || { echo "The deployment has no output $1." >&2 && return 1; }
  echo "$value"
}
app=$(output functionAppName)
identity=$(output identityPrincipalId)
container=$(output packageContainerId)

# The same name each time: what a run that was killed left behind is found by the next one, and taken away at its end.
name=$(printf %s "$container" | sha256sum | sed -E 's/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/\1-\2-\3-\4-\5/')
assignment="$container/providers/Microsoft.Authorization/roleAssignments/$name"

take_away() {
  local status=$?
  if ! az role assignment delete --ids "$assignment"; then
    echo "THE APP MAY STILL REPLACE ITS PACKAGE. Repeat: az role assignment delete --ids $assignment" >&2
    status=1
  fi
  exit "$status"
}
trap take_away EXIT
az role assignment create --name "$name" --assignee-object-id "$identity" --assignee-principal-type ServicePrincipal \
  --role "Storage Blob Data Contributor" --scope "$container" --output none

# A role is in force after up to ten minutes; until then publishing fails with 403.
for _ in $(seq 20); do
  if az functionapp deployment source config-zip --resource-group "$group" --name "$app" --src "$package"; then exit 0; fi
  echo "Not published yet; once more in 30 seconds." >&2
  sleep 30
done
echo "The package was not published." >&2
exit 1
