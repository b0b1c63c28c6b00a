/** The operator's commands: `npm run tenant`, `npm run export`, `npm run import`. See ops/cli.ts for their words and flags. */
const { runProgram } = await import('../dev/bundle.mjs').catch(() => {
  console.error('The packages are not installed; run npm ci first.')
  process.exit(1)
})
await runProgram('ops/main.ts')
