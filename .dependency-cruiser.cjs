/** Which way imports may point, those of types too. */
module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'Of two files that import each other neither can be read alone.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|node_modules)' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
  },
}
