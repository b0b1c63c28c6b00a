/** What JSX becomes in the bundle: the build puts these names into every file (dev/console.mjs). */
export { Fragment, h } from 'preact'
