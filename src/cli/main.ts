#!/usr/bin/env node
import { CommanderError } from 'commander'
import { AgnizeError } from '../base/errors.js'
import { exitCodes } from './command-options.js'
import { createProgram } from './program.js'
import { colors, describeError, printNote, printStderr, stdoutClosed } from './terminal.js'

// An empty variable is as good as none, as in a Compose file that leaves it out.
for (const [name, value] of Object.entries(process.env)) {
  if (name.startsWith('AGNIZE_') && value === '') delete process.env[name]
}

const program = createProgram()
try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.error
  } else if (stdoutClosed.aborted) {
    process.exitCode = exitCodes.done
  } else if (error instanceof AgnizeError && error.code === 'cancelled') {
    printStderr(error.message)
    process.exitCode = exitCodes.interrupted
  } else {
    printStderr(describeError(error, program.opts<{ debug?: boolean }>().debug ?? false))
    if (error instanceof AgnizeError && process.stderr.isTTY) {
      printNote(colors.dim(`"agnize explain ${error.code}" tells more.`))
    }
    process.exitCode = exitCodes.error
  }
}
