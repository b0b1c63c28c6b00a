#!/usr/bin/env bash
# NSwag.ConsoleCore 14.7.1 (NuGet) with the .NET SDK: two valid OpenAPI 3.1 documents become C# that does not compile.
# 1. A response `4XX`, which OpenAPI has had since 3.0 for all codes from 400 to 499. The guess was a comparison of the first digit, or that
#    it is left to `default`; the client holds `status_ == 4XX`.
# 2. A list whose entries are a named schema with `oneOf`. The guess was a class for the schema, or `object`; the property has the type
#    `Rules`, which is declared nowhere. With `anyOf` in its place the same document compiles.
# Whoever writes a document for C# clients lists the codes one by one, and says `anyOf`.
# Seen: 4XX does not compile, oneOf does not compile (CS0246), anyOf compiles. Ends with 1 when they behave otherwise.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet tool install NSwag.ConsoleCore --version 14.7.1 --tool-path tools >/dev/null
framework="net$(dotnet --version | cut -d. -f1).0"

# document <file> <code of the refusal> <oneOf|anyOf>
document() {
  cat >"$1" <<JSON
{"openapi": "3.1.0", "info": {"title": "Trial", "version": "1"},
 "paths": {"/policy": {"get": {"operationId": "readPolicy", "responses": {
   "200": {"description": "The policy", "content": {"application/json": {"schema": {"\$ref": "#/components/schemas/Policy"}}}},
   "$2": {"description": "Refused", "content": {"application/json": {"schema": {"\$ref": "#/components/schemas/Refusal"}}}}}}}},
 "components": {"schemas": {
   "Refusal": {"type": "object", "properties": {"detail": {"type": "string"}}},
   "Policy": {"type": "object", "properties": {"rules": {"type": "array", "items": {"\$ref": "#/components/schemas/Rule"}}}},
   "Rule": {"$3": [
     {"type": "object", "properties": {"kind": {"type": "string", "const": "group"}, "group": {"type": "string"}}},
     {"type": "object", "properties": {"kind": {"type": "string", "const": "role"}, "role": {"type": "string"}}}]}}}}
JSON
}

# compiled <name>: "compiles", or the first error's code
compiled() {
  mkdir "$1"
  tools/nswag openapi2csclient "/input:$1.json" "/output:$1/Client.cs" /namespace:Trial /className:Client \
    /jsonLibrary:SystemTextJson >/dev/null
  cat >"$1/$1.csproj" <<XML
<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>$framework</TargetFramework></PropertyGroup></Project>
XML
  if dotnet build "$1" >"$1.log" 2>&1; then echo compiles
  else echo "does not compile, $(grep -oE 'error CS[0-9]+' "$1.log" | sort | uniq | head -1)"; fi
}

document range.json 4XX anyOf
document list.json 400 oneOf
document other.json 400 anyOf
seen="4XX: $(compiled range)
oneOf: $(compiled list)
anyOf: $(compiled other)"
echo "$seen"
expected='4XX: does not compile, error CS1073
oneOf: does not compile, error CS0246
anyOf: compiles'
[ "$seen" = "$expected" ] || { echo 'NSwag behaves otherwise now' >&2; exit 1; }
