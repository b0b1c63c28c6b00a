import { runProgram } from '../gallery/program'
import { runOkta } from './okta'
import { HELP, parseOptions } from './options'

runProgram({ help: HELP, parse: parseOptions, attempt: runOkta })
