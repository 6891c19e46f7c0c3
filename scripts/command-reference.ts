/**
 * Writes docs/reference/command.md, every command with its options, and with --man the man page man/agnize.1; both from the
 * commands themselves. --check reports whether the page is up to date.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { version } from '../dist/base/version.js'
import { errorCodes } from '../dist/index.js'
import { type Described, describedCommands, describedProgram } from './command-tree.js'

const page = new URL('../docs/reference/command.md', import.meta.url)

/** The reference page. */
export function referencePage(): string {
  const escaped = (text: string) => text.replaceAll(/[|<>]/g, (c) => `\\${c}`)
  const rows = (all: readonly Described[]) =>
    all.map(
      ({ term, description }) => `| \`${term.replaceAll('|', '\\|')}\` | ${escaped(description)} |`,
    )
  const table = (head: string, all: readonly Described[]) =>
    all.length === 0 ? [] : ['', `| ${head} | |`, '| --- | --- |', ...rows(all)]
  return `${[
    '# Every command and option',
    '',
    'Made by `npm run command-reference` from the commands themselves. What they are for: [command](../command.md);',
    'where settings come from: [settings](../settings.md).',
    '',
    '## Options of every command',
    ...table('option', describedProgram().options),
    ...describedCommands().flatMap((command) => [
      '',
      `## ${command.path}`,
      '',
      `\`${command.usage}\`: ${escaped(command.description)}.`,
      ...table('argument', command.arguments),
      ...table('option', command.options),
    ]),
  ].join('\n')}\n`
}

/** The man page, in the macros of man(7). */
export function manPage(): string {
  const text = (words: string) =>
    words
      .replaceAll('\\', '\\e')
      .replaceAll('-', '\\-')
      .replaceAll('…', '...')
      .replaceAll('’', "'")
      .replace(/^([.'])/, '\\&$1')
  const list = (all: readonly Described[]) =>
    all.flatMap(({ term, description }) => ['.TP', `.B ${text(term)}`, text(description || term)])
  return `${[
    `.TH AGNIZE 1 ${new Date().toISOString().slice(0, 10)} "agnize ${version}" "User Commands"`,
    '.SH NAME',
    'agnize \\- face recognition that you run yourself',
    '.SH SYNOPSIS',
    '.B agnize',
    '.RI [ options ] " command " [ arguments ]',
    '.SH DESCRIPTION',
    text(describedProgram().description),
    'Results go to standard output, everything else to standard error.',
    '.SH OPTIONS',
    'Every command takes these options.',
    ...list(describedProgram().options),
    '.SH COMMANDS',
    ...describedCommands().flatMap((command) => [
      '.SS',
      text(command.usage),
      `${text(command.description.charAt(0).toUpperCase() + command.description.slice(1))}.`,
      ...list([...command.arguments, ...command.options]),
    ]),
    '.SH FILES',
    '.TP',
    '.I ~/.agnize',
    text('The home folder: models, gallery.sqlite and agnize.yaml. AGNIZE_HOME names another.'),
    '.SH EXIT STATUS',
    text(
      '0 a match or done, 1 no match or a finding, 2 an error, 3 a face that cannot be judged, 130 interrupted.',
    ),
    '.SH DIAGNOSTICS',
    text(
      'An error is a sentence with a code in brackets. "agnize explain CODE" tells what to do. The codes:',
    ),
    `${text(errorCodes.join(', '))}.`,
    '.SH EXAMPLES',
    '.nf',
    ...[
      'agnize enroll Skuli skuli.jpg',
      'agnize identify door.jpg',
      'agnize verify a.jpg b.jpg',
    ].map(text),
    '.fi',
  ].join('\n')}\n`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--man')) {
    const folder = new URL('../man/', import.meta.url)
    await mkdir(folder, { recursive: true })
    await writeFile(new URL('agnize.1', folder), manPage())
  } else if (process.argv.includes('--check')) {
    if ((await readFile(page, 'utf8').catch(() => '')) !== referencePage()) {
      console.error(
        'docs/reference/command.md is not of these commands: run "npm run command-reference".',
      )
      process.exit(1)
    }
  } else await writeFile(page, referencePage())
}
