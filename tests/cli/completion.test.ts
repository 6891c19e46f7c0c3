import { execFile, execFileSync } from 'node:child_process'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { delimiter, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { createProgram } from '../../dist/cli/program.js'
import { agnize, openWithSession, temporaryFolder } from '../fixtures.js'

const hasShell = (shell: string): boolean => {
  try {
    execFileSync(shell, ['-c', 'exit 0'])
    return true
  } catch {
    return false
  }
}

/** A home with two people, one of them with a space in the name. */
async function homeWithPeople(): Promise<string> {
  const home = await temporaryFolder()
  await using opened = await openWithSession({ home })
  for (const name of ['Skúli Arnlaugsson', 'Anna']) await opened.people.create(name)
  return home
}

/** Words that can follow, as `agnize complete` gives them to the shells. */
async function complete(home: string, ...words: string[]): Promise<string[]> {
  const { stdout } = await agnize(['complete', '--', ...words], { home })
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t')[0]!)
}

test('every command of the help is completed, and no hidden one', async () => {
  const home = await temporaryFolder()
  const shown = createProgram().createHelp().visibleCommands(createProgram())
  expect(await complete(home, '')).toEqual(shown.map((command) => command.name()))
  expect(await complete(home, 'complet')).toEqual(['completion'])
})

test('options, their values, names and files are completed where they belong', async () => {
  const home = await homeWithPeople()
  expect(await complete(home, 'identify', '--det')).toEqual(['--detail', '--detector'])
  expect(await complete(home, 'identify', '--gal')).toEqual(['--gallery'])
  expect(await complete(home, 'identify', '--detail', '')).toEqual(['fast', 'auto', 'full'])
  expect(await complete(home, 'people', 'show', 'S')).toEqual(['Skúli Arnlaugsson'])
  expect(await complete(home, 'identify', '--only', 'A')).toEqual(['Anna'])
  expect(await complete(home, '--gallery', 'd')).toEqual(['default'])
  expect(await complete(home, '--gallery', 'none', 'people', 'show', '')).toEqual([])
  expect(await complete(home, 'models', 'remove', 'fr_f')).toEqual(['fr_feature'])
  expect(await complete(home, 'identify', 'x')).toEqual([':files'])
})

const cases: readonly [words: string[], found: string][] = [
  [['peo'], 'people'],
  [['gallery', 'log', 'sh'], 'show'],
  [['identify', '--detail', 'fu'], 'full'],
  [['people', 'show', 'S'], 'Skúli Arnlaugsson'],
]

/** How a shell completes the last word after `agnize`, in its own way; `$1` is the script. */
const asks: Readonly<Record<string, (words: readonly string[]) => string>> = {
  bash: (words) => `source "$1"; COMP_WORDS=(agnize ${words.join(' ')}); COMP_CWORD=${words.length}
_agnize; eval "printf '%s\\n' $COMPREPLY"`,
  zsh: (words) => `compdef() { :; }; _describe() { print -l -- "\${described[@]%%:*}"; }
source "$1"; words=(agnize ${words.join(' ')}); CURRENT=${words.length + 1}; _agnize`,
  fish: (words) =>
    `source $argv[1]; complete -C 'agnize ${words.join(' ')}' | string split -f1 \\t; or true`,
}

test.each(['bash', 'zsh', 'fish'].filter(hasShell))('%s completes by its script', async (shell) => {
  const home = await homeWithPeople()
  const bin = join(await temporaryFolder(), 'bin')
  await mkdir(bin)
  const program = `#!/bin/sh\nexec '${process.execPath}' '${resolve('dist/cli/main.js')}' "$@"\n`
  await writeFile(join(bin, 'agnize'), program)
  await chmod(join(bin, 'agnize'), 0o755)
  const script = join(bin, `completion.${shell}`)
  await writeFile(script, (await agnize(['completion', shell], { home })).stdout)
  const env = { ...process.env, AGNIZE_HOME: home, PATH: `${bin}${delimiter}${process.env.PATH}` }
  for (const [words, found] of cases) {
    const command = asks[shell]!(words)
    const args = shell === 'fish' ? ['-c', command, script] : ['-c', command, shell, script]
    const { stdout } = await promisify(execFile)(shell, args, { env })
    expect(stdout.trim(), words.join(' ')).toBe(found)
  }
})

test('PowerShell gets a completer of the command, and another shell is refused', async () => {
  const home = await temporaryFolder()
  const { stdout } = await agnize(['completion', 'powershell'], { home })
  expect(stdout).toContain('Register-ArgumentCompleter -Native -CommandName agnize')
  // Its empty word is a flag, since PowerShell drops empty arguments.
  const next = await agnize(['complete', '--next', '--', 'gallery', 'log'], { home })
  expect(next.stdout).toMatch(/^on\t/)
  const other = await agnize(['completion', 'tcsh'], { home })
  expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('bash, zsh, fish') })
})
