import { Command, CommanderError, Help, type Option } from 'commander'
import { version } from '../base/version.js'
import { accountsCommand } from './accounts.js'
import { importFromCommand } from './archives.js'
import { calibrateCommand } from './calibrate.js'
import { clusterCommand } from './cluster.js'
import { addGlobalOptions, type GlobalOptions } from './command-options.js'
import { compareCommand } from './compare.js'
import { completeCommand, completionCommand } from './completion.js'
import { applyConfiguration } from './configuration.js'
import { detectCommand } from './detect.js'
import { doctorCommand } from './doctor.js'
import { enrollCommand } from './enroll.js'
import { evaluateCommand } from './evaluate.js'
import { eventsCommand } from './events.js'
import { explainCommand } from './explain.js'
import { galleryCommand } from './gallery.js'
import { identifyCommand } from './identify.js'
import { keysCommand } from './keys.js'
import { modelsCommand } from './models.js'
import { openapiCommand } from './openapi.js'
import { peopleCommand } from './people.js'
import { auditCommand } from './protection.js'
import { replayCommand } from './replay.js'
import { serveCommand } from './serve.js'
import { beQuiet, usageError } from './terminal.js'
import { trainCommand } from './train.js'
import { tutorialCommand } from './tutorial.js'
import { verifyCommand } from './verify.js'
import { watchCommand } from './watch.js'

/** The whole command, with every subcommand and option. */
export function createProgram(): Command {
  const program = addGlobalOptions(new Command('agnize'))
    .description('Face recognition that you run yourself: who is in these photos?')
    .version(version, '-v, --version', 'print the version')
    .configureHelp({ showGlobalOptions: true, visibleGlobalOptions })
    .configureOutput({ outputError: (text, write) => write(`${usageError(text)}\n`) })
    .exitOverride()
    .hook('preAction', async (program, command) => {
      if (program.opts<GlobalOptions>().quiet) beQuiet()
      await applyConfiguration(program, command)
    })
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
    accountsCommand(),
    openapiCommand(),
    auditCommand(),
    doctorCommand(),
    explainCommand(),
    completionCommand(),
  ]
  for (const command of commands) program.addCommand(command)
  program.addCommand(completeCommand(), { hidden: true })
  inherit(program)
  return program
}

/** Gives the settings of a command to all below it; a command that only has subcommands answers with its help. */
function inherit(parent: Command): void {
  if (parent.commands.length > 0) {
    parent.help = () => {
      parent.outputHelp()
      throw new CommanderError(0, 'commander.help', 'help')
    }
  }
  for (const command of parent.commands) {
    command.copyInheritedSettings(parent)
    inherit(command)
  }
}

/** Global options in the help of a command: those that it does not have itself, with another meaning. */
function visibleGlobalOptions(command: Command): Option[] {
  const own = new Set(command.options.map(({ long }) => long))
  return Help.prototype.visibleGlobalOptions
    .call(helpOfGlobalOptions, command)
    .filter(({ long }) => !own.has(long))
}

const helpOfGlobalOptions = Object.assign(new Help(), { showGlobalOptions: true })
