#!/usr/bin/env bash
# StandardWebhooks 1.1.2 (NuGet, .NET): of several signatures in the header `webhook-signature` it never looks at the last one. Standard
# Webhooks has the list so that a sender can rotate its secret: it signs by the old one and by the new one, with a space between, and a
# receiver that knows either accepts. A receiver that knows only the new secret refuses such a message as long as the old one signs too.
# It accepts when the last signature is sent twice. The guess was that any place in the list does; standardwebhooks 1.1.1 of npm takes
# all three. Seen: accepted, accepted, refused, accepted. Ends with 1 when the package behaves otherwise.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >finding.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup>
    <FrameworkReference Include="Microsoft.AspNetCore.App" />
    <PackageReference Include="StandardWebhooks" Version="1.1.2" />
  </ItemGroup>
</Project>
XML
cat >Program.cs <<'CS'
using Microsoft.AspNetCore.Http;
using StandardWebhooks;

const string body = "{\"type\":\"user.updated\"}";
var now = DateTimeOffset.UtcNow;
var (before, after) = (new StandardWebhook(new byte[24]), new StandardWebhook(Enumerable.Repeat((byte)1, 24).ToArray()));
var (byOld, byNew) = (before.Sign("msg_1", now, body), after.Sign("msg_1", now, body));

void Tell(string what, params string[] signatures)
{
    var headers = new HeaderDictionary
    {
        ["webhook-id"] = "msg_1",
        ["webhook-timestamp"] = now.ToUnixTimeSeconds().ToString(),
        ["webhook-signature"] = string.Join(' ', signatures),
    };
    try { after.Verify(body, headers); Console.WriteLine($"{what}: accepted"); }
    catch (Exception) { Console.WriteLine($"{what}: refused"); }
}

Tell("one signature, by the new secret", byNew);
Tell("new, old", byNew, byOld);
Tell("old, new", byOld, byNew);
Tell("old, new, new", byOld, byNew, byNew);
CS
expected='one signature, by the new secret: accepted
new, old: accepted
old, new: refused
old, new, new: accepted'
seen="$(DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 dotnet run)"
echo "$seen"
[ "$seen" = "$expected" ] || { echo 'StandardWebhooks behaves otherwise now' >&2; exit 1; }
