import { execFileSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { emptyFolder, run, startWorld, toldByAll } from './world'

const VERSION = '14.7.1'
const tools = join(__dirname, '../../dist/generated-clients', `nswag-${VERSION}`)
const nswag = join(tools, 'nswag')

/** Why C# cannot be tried here: it wants a .NET SDK, and NSwag from NuGet once. */
function lacking(): string | undefined {
  const dotnet = (args: string[]) => execFileSync('dotnet', args, { stdio: 'ignore', timeout: 60_000 })
  try {
    dotnet(['--version'])
  } catch {
    return 'there is no .NET SDK'
  }
  try {
    if (!existsSync(nswag)) dotnet(['tool', 'install', 'NSwag.ConsoleCore', '--version', VERSION, '--tool-path', tools])
    return undefined
  } catch {
    return `NSwag.ConsoleCore ${VERSION} cannot be had from NuGet`
  }
}

const PROGRAM = `
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

var given = JsonDocument.Parse(args[0]).RootElement;
var tenant = given.GetProperty("tenant").GetString();
HttpClient With(string secret)
{
    var http = new HttpClient();
    http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", given.GetProperty(secret).GetString());
    return http;
}
var manage = new Manage.Client(With("token"));
var product = new Product.Client(With("key"));

using var file = await manage.DownloadPeopleAsync(tenant, null, null, null);
using var reader = new StreamReader(file.Stream, Encoding.UTF8);
var csv = await reader.ReadToEndAsync();
var people = 0;
long? seq = null;
string after = null;
do
{
    var page = await product.ListPeopleForProductAsync(tenant, 200, after, null, null, null, null);
    people += page.Items.Count(person => person.Reason != null);
    seq = page.Seq;
    after = page.Next;
} while (after != null);
string refused = null;
try { await manage.ReadPersonAsync(tenant, "nobody"); }
catch (Manage.ApiException<Manage.Problem> problem) { refused = problem.Result.Detail; }
Console.WriteLine(JsonSerializer.Serialize(new {
    csvLines = csv.TrimEnd().Split("\\r\\n").Length, csvBegins = csv.Substring(0, 29), csvEnds = csv.EndsWith("\\r\\n"),
    people, seq = seq > 0, refused,
}));
`

const PROJECT = `<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>$(NETCoreAppMaximumVersion.Insert(0, net))</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
  </PropertyGroup>
</Project>
`

const reason = lacking()
if (reason !== undefined)
  console.warn(`C# clients were NOT tried: ${reason}. docs/product-api.md says what is tried where both are there.`)
const tried = reason === undefined ? test : test.skip

tried(
  'C# clients by NSwag compile without a warning, and read a CSV of 300 people whole',
  async () => {
    const world = await startWorld()
    try {
      const folder = emptyFolder('csharp')
      writeFileSync(join(folder, 'Program.cs'), PROGRAM)
      writeFileSync(join(folder, 'clients.csproj'), PROJECT)
      for (const [namespace, input] of [
        ['Manage', world.manage],
        ['Product', world.product],
      ] as const) {
        const output = join(folder, `${namespace}.cs`)
        const options = [
          `/namespace:${namespace}`,
          '/className:Client',
          '/jsonLibrary:SystemTextJson',
          '/generateOptionalParameters:false',
        ]
        await run(nswag, ['openapi2csclient', `/input:${input}`, `/output:${output}`, ...options])
      }
      await run('dotnet', ['build', '--output', join(folder, 'built'), folder])
      expect(JSON.parse(await run('dotnet', [join(folder, 'built/clients.dll'), JSON.stringify(world.given)]))).toEqual(toldByAll)
    } finally {
      await world.close()
    }
  },
  400_000,
)
