/**
 * Runs the Bicep CLI: `npm run infra` compiles infra/main.bicep into the committed template, `npm run infra -- lint infra/main.bicep`
 * passes on what stands after the dashes. The compiled text depends on the version, so a PATH or `az bicep` install of that very
 * version comes first, then NuGet, then whatever newer one is installed.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const version = '0.49.2'
const packageName = 'azure.bicep.commandline.linux-x64'
const packageSha512 = 'kBnX0iG9wd/PWdCTwFfUvm6Jemn+5L7sY7b7HQi5k+LLwdFmrbw4y5RTLFxewCFMdBqUThiOILMa7sgzklPEAQ=='
const root = fileURLToPath(new URL('..', import.meta.url))

/** The command that runs Bicep, or undefined when there is none to be had. */
export async function findBicep() {
  const fileName = process.platform === 'win32' ? 'bicep.exe' : 'bicep'
  const fromAzureCli = join(process.env.AZURE_CONFIG_DIR ?? join(homedir(), '.azure'), 'bin', fileName) // az bicep install
  const installed = ['bicep', fromAzureCli].map((command) => ({ command, version: versionOf(command) }))
  return (
    installed.find((bicep) => bicep.version === version)?.command ??
    (await fromNuGet()) ??
    installed.find((bicep) => isNewer(bicep.version))?.command
  )
}

function versionOf(command) {
  const { stdout } = spawnSync(command, ['--version'], { encoding: 'utf8' })
  return /version (\d+\.\d+\.\d+)/.exec(stdout ?? '')?.[1]
}

const isNewer = (other) => other !== undefined && version.localeCompare(other, 'en', { numeric: true }) < 0

async function fromNuGet() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined
  const packages = process.env.NUGET_PACKAGES ?? join(homedir(), '.nuget', 'packages')
  const folder = join(packages, packageName, version)
  const command = join(folder, 'tools', 'bicep')
  if (versionOf(command) === version) return command
  const work = mkdtempSync(join(tmpdir(), 'bicep-'))
  try {
    if (!restore(work, packages)) await download(work, folder)
    execFileSync('chmod', ['+x', command])
    return versionOf(command) === version ? command : undefined
  } catch (error) {
    console.error(`The Bicep CLI could not be fetched from NuGet: ${error.message}`)
    return undefined
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** By the .NET SDK, which knows the machine's own feeds and checks signatures. */
function restore(work, packages) {
  const project = join(work, 'bicep.csproj')
  writeFileSync(
    project,
    `<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>netstandard2.0</TargetFramework>
    <DisableImplicitFrameworkReferences>true</DisableImplicitFrameworkReferences>
  </PropertyGroup>
  <ItemGroup><PackageDownload Include="${packageName}" Version="[${version}]" /></ItemGroup>
</Project>
`,
  )
  return spawnSync('dotnet', ['restore', project, '--packages', packages], { stdio: 'ignore' }).status === 0
}

async function download(work, folder) {
  const file = `${packageName}.${version}.nupkg`
  const response = await globalThis.fetch(`https://api.nuget.org/v3-flatcontainer/${packageName}/${version}/${file}`)
  if (!response.ok) throw new Error(`status ${response.status}`)
  const bytes = new Uint8Array(await response.arrayBuffer())
  if (createHash('sha512').update(bytes).digest('base64') !== packageSha512)
    throw new Error('the package is not the expected one')
  writeFileSync(join(work, file), bytes)
  execFileSync('unzip', ['-q', file, '-d', 'package'], { cwd: work })
  cpSync(join(work, 'package'), folder, { recursive: true })
}

/** Writes the template that the Deploy to Azure button opens, in the format of the other files. */
async function compile(command) {
  const args = ['build', 'infra/main.bicep', '--stdout']
  const template = execFileSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 2 ** 26,
  })
  const { format, resolveConfig } = await import('prettier')
  const filepath = join(root, 'infra', 'azuredeploy.json')
  writeFileSync(filepath, await format(template, { ...(await resolveConfig(filepath)), filepath }))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const command = await findBicep()
  if (command === undefined) {
    console.error('Bicep was not found; install it (https://aka.ms/bicep-install) or the .NET SDK, which can fetch it.')
    process.exit(1)
  }
  const args = process.argv.slice(2)
  if (args[0] === '--where') console.log(command)
  else if (args.length === 0) await compile(command)
  else process.exit(spawnSync(command, args, { stdio: 'inherit' }).status ?? 1)
}
