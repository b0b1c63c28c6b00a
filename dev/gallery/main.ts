import { runGallery } from './gallery'
import { HELP, parseOptions } from './options'
import { runProgram } from './program'

runProgram({ help: HELP, parse: parseOptions, attempt: runGallery })
