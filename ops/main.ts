import { run } from './cli'

const [, , ...argv] = process.argv
const print = (line: string) => {
  console.log(line)
}
const printError = (line: string) => {
  console.error(line)
}
run(argv, { env: process.env, print, printError }).then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    process.exitCode = 1
    console.error(error)
  },
)
