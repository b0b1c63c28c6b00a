// npm run world: see docs/world.md.
const { runProgram } = await import('../../dev/bundle.mjs').catch(() => {
  console.error('The packages are not installed; run npm ci first.')
  process.exit(1)
})
await runProgram('tests/world/main.ts')
