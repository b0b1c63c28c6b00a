import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(__dirname, '..', '.github', 'workflows')
const read = (file: string) => readFileSync(join(folder, file), 'utf8')

interface Job {
  readonly name: string
  readonly text: string
  /** Its own, or the workflow's where it has none. */
  readonly permissions: string
}

/** Whether a line's key is at this depth. The workflows are indented by two blanks, which Prettier holds them to. */
const isAt = (depth: number, line: string) => new RegExp(`^ {${depth}}[\\w-]+:`).test(line)

/** The lines below the first `permissions:` at this depth, and what stands behind it. */
function permissionsAt(depth: number, lines: readonly string[]): string | undefined {
  const start = lines.findIndex((line) => line.startsWith(`${' '.repeat(depth)}permissions:`))
  if (start === -1) return undefined
  const length = lines.slice(start + 1).findIndex((line) => !line.startsWith(' '.repeat(depth + 1)))
  return lines.slice(start, length === -1 ? undefined : start + 1 + length).join('\n')
}

function jobsOf(workflow: string): Job[] {
  const lines = workflow.split('\n').filter((line) => !/^\s*(#|$)/.test(line))
  const first = lines.indexOf('jobs:') + 1
  const starts = lines.flatMap((line, i) => (i >= first && isAt(2, line) ? [i] : []))
  return starts.map((start, i) => {
    const job = lines.slice(start, starts[i + 1])
    return {
      name: (job[0] ?? '').trim().slice(0, -1),
      text: job.join('\n'),
      permissions: permissionsAt(4, job) ?? permissionsAt(0, lines.slice(0, first)) ?? '',
    }
  })
}

/** By .ci/run too, which begins with npm ci. */
const runsPackages = /\b(npm|npx|yarn|pnpm|node)\b|\.ci\//
const writes = /\bwrite(-all)?\b/

/** What is wrong with a workflow, a sentence each. */
function workflowFindings(workflow: string): string[] {
  const uses = workflow.split('\n').flatMap((line) => /^\s*(?:- )?uses: *(.*)$/.exec(line)?.[1] ?? [])
  const jobs = jobsOf(workflow)
  return [
    ...uses.filter((use) => !/^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(use)).map((use) => `not pinned: ${use}`),
    ...jobs.filter(({ permissions }) => permissions === '').map(({ name }) => `${name} has whatever rights GitHub gives`),
    ...jobs
      .filter(({ permissions, text }) => writes.test(permissions) && runsPackages.test(text))
      .map(({ name }) => `${name} runs packages and has more than reading`),
  ]
}

/** What is wrong with the way of the package to Azure. */
function deployFindings(workflow: string): string[] {
  const jobs = jobsOf(workflow)
  const tokens = jobs.filter(({ permissions }) => permissions.includes('id-token: write'))
  const steps = [
    'uses: actions/download-artifact@',
    'sha256sum --check --strict',
    'uses: azure/login@',
    'run: infra/publish.sh "$GROUP" dist/rollcall.zip',
  ]
  return [
    ...(tokens.map(({ name }) => name).join() === 'deploy' ? [] : ['the token of Azure is not that of the job deploy alone']),
    ...tokens.flatMap(({ name, text }) => [
      ...(text.includes('\n    needs: build\n') ? [] : [`${name} does not need build`]),
      ...(text.includes('\n    environment: ') ? [] : [`${name} has no environment, which is what protects it`]),
      ...(text.includes('SHA256: ${{ needs.build.outputs.sha256 }}') ? [] : [`${name} does not check the hash that build gave`]),
      ...(steps.every((step, i) => text.indexOf(step) > (i === 0 ? -1 : text.indexOf(steps[i - 1] ?? '')))
        ? []
        : [`${name} does not check the package before it signs in`]),
    ]),
  ]
}

test.each(readdirSync(folder))('%s pins its actions and gives no right to a job that runs packages', (file) => {
  expect(jobsOf(read(file)).length).toBeGreaterThan(0)
  expect(workflowFindings(read(file))).toEqual([])
})

test('deploy.yml gives its token to a job that takes a finished package and checks it first', () => {
  expect(deployFindings(read('deploy.yml'))).toEqual([])
})

describe('the checks see', () => {
  test.each([
    { mistake: 'a tag', from: /checkout@\w+ # v[\d.]+/, to: 'checkout@v6', finding: 'not pinned: actions/checkout@v6' },
    { mistake: 'a pin without its version', from: / # v3\.0\.0/, to: '', finding: 'not pinned: azure/login@' },
    {
      mistake: 'no permissions',
      from: 'permissions: {}\n',
      to: '',
      without: '    permissions:\n      contents: read\n    outputs',
      finding: 'build has whatever',
    },
    {
      mistake: 'tests in the job with the token',
      from: '      - name: Publish',
      to: '      - run: .ci/run\n      - name: Publish',
      finding: 'deploy runs packages',
    },
    {
      mistake: 'a token for all',
      from: 'permissions: {}',
      to: 'permissions: write-all',
      without: '    permissions:\n      contents: read\n    outputs',
      finding: 'build runs packages',
    },
    {
      mistake: 'a token for the build',
      from: '      contents: read\n    outputs',
      to: '      contents: read\n      id-token: write\n    outputs',
      finding: 'not that of the job deploy alone',
    },
    {
      mistake: 'a deployment that waits for no build',
      from: '    needs: build\n',
      to: '',
      finding: 'deploy does not need build',
    },
    { mistake: 'a deployment without environment', from: /\n {4}environment: .*/, to: '', finding: 'deploy has no environment' },
    {
      mistake: 'a hash of its own',
      from: '${{ needs.build.outputs.sha256 }}',
      to: '$(sha256sum dist/rollcall.zip)',
      finding: 'does not check the hash',
    },
    { mistake: 'a hash that is only shown', from: ' | sha256sum --check --strict', to: '', finding: 'before it signs in' },
  ])('$mistake', ({ from, to, without, finding }) => {
    const before = read('deploy.yml')
    const after = before.replace(from, () => to).replace(without ?? /$^/, '    outputs')
    expect(after).not.toBe(before)
    const found = [...workflowFindings(after), ...deployFindings(after)]
    expect(found.filter((sentence) => sentence.includes(finding))).not.toEqual([])
  })
})
