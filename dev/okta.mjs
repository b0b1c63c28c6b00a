// npm run okta: see dev/okta/options.ts for the flags.
const { runProgram } = await import('./bundle.mjs').catch(() => {
  console.error('The packages are not installed; run npm ci first.')
  process.exit(1)
})
await runProgram('dev/okta/main.ts')
