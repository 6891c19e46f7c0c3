/** The tree of commands, as the man page and the reference page print it. */
import type { Command, Option } from 'commander'
import { createProgram } from '../dist/cli/program.js'

/** A command with what its help says of it. */
export interface DescribedCommand {
  /** Such as `agnize people show`. */
  readonly path: string
  readonly usage: string
  readonly description: string
  readonly arguments: readonly Described[]
  readonly options: readonly Described[]
}

/** An argument or an option. */
export interface Described {
  readonly term: string
  readonly description: string
}

/** The program itself, with the options of every command. */
export function describedProgram(): DescribedCommand {
  return described(createProgram())
}

/** Every command that does something, in the order of the help. */
export function describedCommands(): DescribedCommand[] {
  return leaves(createProgram()).map(described)
}

function leaves(command: Command): Command[] {
  const visible = command
    .createHelp()
    .visibleCommands(command)
    .filter((each) => each.name() !== 'help')
  return visible.flatMap((each) => (each.commands.length > 0 ? leaves(each) : [each]))
}

function described(command: Command): DescribedCommand {
  const path = pathOf(command)
  return {
    path,
    usage: `${path} ${command.usage()}`.trim(),
    description: command.description(),
    arguments: command.registeredArguments.map((argument) => ({
      term: argument.name(),
      description: argument.description,
    })),
    options: command
      .createHelp()
      .visibleOptions(command)
      .filter(({ long }) => long !== '--help')
      .map((option) => ({ term: option.flags, description: descriptionOf(option) })),
  }
}

function descriptionOf(option: Option): string {
  const more = [
    ...(option.argChoices ? [option.argChoices.join(', ')] : []),
    ...(option.envVar ? [option.envVar] : []),
  ]
  return more.length > 0 ? `${option.description} (${more.join('; ')})` : option.description
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name()
}
