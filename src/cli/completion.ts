import { Argument, Command, type Option } from 'commander'
import type { Agnize } from '../library/agnize.js'
import { agnizeOf } from '../library/agnize.js'
import { openSession } from '../session/open-session.js'
import type { GlobalOptions } from './command-options.js'
import { completionScripts, type Shell } from './completion-scripts.js'
import { print } from './terminal.js'

/** `agnize completion` */
export function completionCommand(): Command {
  return new Command('completion')
    .description('print the completion of commands, options and names for a shell')
    .addArgument(
      new Argument('<shell>', 'bash, zsh, fish or powershell').choices(
        Object.keys(completionScripts),
      ),
    )
    .addHelpText(
      'after',
      `
Examples:
  $ agnize completion bash > ~/.local/share/bash-completion/completions/agnize
  $ agnize completion zsh > ~/.zsh/completions/_agnize      # a folder of $fpath
  $ agnize completion fish > ~/.config/fish/completions/agnize.fish
  $ agnize completion powershell >> $PROFILE`,
    )
    .action((shell: Shell) => print(completionScripts[shell].trim()))
}

/** What can stand in a place of the command line. */
type Expected =
  | { readonly kind: 'words'; readonly words: readonly (readonly [word: string, help: string])[] }
  | { readonly kind: 'people' | 'galleries' | 'models' | 'files' | 'text' }

/**
 * `agnize complete`, which the scripts of the shells call: prints the words that can follow, one a line with its meaning
 * after a tab, or `:files` where a file can.
 */
export function completeCommand(): Command {
  return new Command('complete')
    .argument('[word...]', 'the words after agnize; the last is the one to complete')
    .option('--next', 'complete a further, empty word')
    .action(async (words: string[], { next }: { next?: boolean }, command: Command) => {
      const all = next ? [...words, ''] : words
      const { expected, options } = expectedAfter(command.parent!, all)
      const current = all.at(-1) ?? ''
      for (const [word, help] of await wordsOf(expected, {
        ...command.parent!.opts(),
        ...options,
      })) {
        if (word.startsWith(current)) print(`${word}\t${help}`)
      }
    })
}

/** What can stand in the place of the last word, and the values of options before it. */
function expectedAfter(
  program: Command,
  words: readonly string[],
): { readonly expected: Expected; readonly options: Readonly<Record<string, string>> } {
  const options: Record<string, string> = {}
  let command = program
  let position = 0
  let pending: Option | undefined
  for (const word of words.slice(0, -1)) {
    if (pending) {
      options[pending.attributeName()] = word
      pending = undefined
    } else if (word.startsWith('-')) {
      const option = optionsOf(command).find(({ short, long }) => word === short || word === long)
      if (option?.required) pending = option
    } else {
      const next = command.commands.find((each) => each.name() === word)
      if (next) command = next
      else position++
    }
  }
  const current = words.at(-1) ?? ''
  const expected: Expected = pending
    ? valueExpected(pending)
    : current.startsWith('-')
      ? {
          kind: 'words',
          words: optionsOf(command)
            .filter(({ hidden }) => !hidden)
            .map((option) => [option.long ?? option.flags, option.description]),
        }
      : command.commands.length > 0
        ? { kind: 'words', words: subcommandsOf(command) }
        : argumentExpected(command, position)
  return { expected, options }
}

/** Options of a command and of the commands above it. */
function optionsOf(command: Command): Option[] {
  return [...command.options, ...(command.parent ? optionsOf(command.parent) : [])]
}

const subcommandsOf = (command: Command): [string, string][] =>
  command
    .createHelp()
    .visibleCommands(command)
    .map((each) => [each.name(), each.description()])

const choicesOf = (choices: readonly string[]): Expected => ({
  kind: 'words',
  words: choices.map((choice) => [choice, '']),
})

function valueExpected({ argChoices, long, flags }: Option): Expected {
  if (argChoices) return choicesOf(argChoices)
  if (long === '--gallery' || long === '--for') return { kind: 'galleries' }
  if (long === '--model') return { kind: 'models' }
  if (long === '--only' || long === '--person') return { kind: 'people' }
  return { kind: /<(file|folder|store|out)>/.test(flags) ? 'files' : 'text' }
}

function argumentExpected(command: Command, position: number): Expected {
  const { registeredArguments } = command
  const last = registeredArguments.at(-1)
  const argument = registeredArguments[position] ?? (last?.variadic ? last : undefined)
  if (!argument) return { kind: 'text' }
  if (argument.argChoices) return choicesOf(argument.argChoices)
  const group = command.parent?.name()
  if (argument.name() === 'name' || argument.name() === 'from' || argument.name() === 'into') {
    if (group === 'models') return { kind: command.name() === 'remove' ? 'models' : 'text' }
    if (group === 'gallery') return { kind: command.name() === 'delete' ? 'galleries' : 'text' }
    return { kind: group === 'keys' ? 'text' : 'people' }
  }
  return {
    kind: /^(photo|folder|file|a|b|probe|source|target|run)$/.test(argument.name())
      ? 'files'
      : 'text',
  }
}

async function wordsOf(
  expected: Expected,
  options: GlobalOptions,
): Promise<readonly (readonly [string, string])[]> {
  if (expected.kind === 'words') return expected.words
  if (expected.kind === 'files') {
    // Whatever the word begins with: the shell knows the files.
    print(':files\t')
    return []
  }
  if (expected.kind === 'text') return []
  const names = await namesOf(expected.kind, options).catch(() => [])
  return names.map((name) => [name, ''])
}

/** Names in the store of the options; none where there is no store yet. */
async function namesOf(
  kind: 'people' | 'galleries' | 'models',
  { home, store, gallery }: GlobalOptions,
): Promise<string[]> {
  await using session = openSession({
    ...{ offline: true, threads: 0 },
    ...(home && { home }),
    ...(store && { store }),
    ...(gallery && { gallery }),
  })
  const agnize: Agnize = agnizeOf(session)
  if (kind === 'models') return (await agnize.models.list()).map(({ card }) => card.name)
  if (!session.hasStore) return []
  await using existing = agnize.inGallery(session.name, { create: false })
  if (kind === 'galleries') return (await existing.gallery.list()).map(({ name }) => name)
  return (await existing.people.list()).map(({ name }) => name)
}
