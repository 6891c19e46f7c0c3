#!/usr/bin/env node
import { Command, CommanderError } from 'commander'
import { AgnizeError } from '../base/errors.js'
import { version } from '../base/version.js'
import { importFromCommand } from './archives.js'
import { calibrateCommand } from './calibrate.js'
import { clusterCommand } from './cluster.js'
import { addGlobalOptions, exitCodes } from './command-options.js'
import { compareCommand } from './compare.js'
import { detectCommand } from './detect.js'
import { doctorCommand } from './doctor.js'
import { enrollCommand } from './enroll.js'
import { evaluateCommand } from './evaluate.js'
import { eventsCommand } from './events.js'
import { galleryCommand } from './gallery.js'
import { identifyCommand } from './identify.js'
import { keysCommand } from './keys.js'
import { modelsCommand } from './models.js'
import { openapiCommand } from './openapi.js'
import { peopleCommand } from './people.js'
import { auditCommand } from './protection.js'
import { replayCommand } from './replay.js'
import { serveCommand } from './serve.js'
import { describeError, printStderr, stdoutClosed } from './terminal.js'
import { trainCommand } from './train.js'
import { tutorialCommand } from './tutorial.js'
import { verifyCommand } from './verify.js'
import { watchCommand } from './watch.js'

const program = addGlobalOptions(new Command('agnize'))
  .description('Face recognition that you run yourself: who is in these photos?')
  .version(version)
  .configureHelp({ showGlobalOptions: true })
  .exitOverride()
  .addHelpText(
    'after',
    `
Examples:
  $ agnize enroll Skuli skuli.jpg
  $ agnize identify door.jpg
  $ agnize verify a.jpg b.jpg

Exit status: 0 a match or done, 1 no match, 2 an error.`,
  )
const commands = [
  enrollCommand(),
  identifyCommand(),
  verifyCommand(),
  detectCommand(),
  watchCommand(),
  eventsCommand(),
  clusterCommand(),
  peopleCommand(),
  modelsCommand(),
  evaluateCommand(),
  compareCommand(),
  calibrateCommand(),
  trainCommand(),
  tutorialCommand(),
  replayCommand(),
  galleryCommand(),
  importFromCommand(),
  serveCommand(),
  keysCommand(),
  openapiCommand(),
  auditCommand(),
  doctorCommand(),
]
for (const command of commands) {
  for (const each of [command, ...command.commands]) each.copyInheritedSettings(program)
  program.addCommand(command)
}

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
    process.exitCode = exitCodes.error
  }
}
