import { Command } from 'commander'
import type { DiagnosticCheck } from '../application/diagnostics/check.js'
import { schemaVersion } from '../json/photo-json.js'
import { exitCodes, type GlobalOptions, withAgnize } from './command-options.js'
import { configurationFile, sourceInWords } from './configuration.js'
import { colors, print, printJson } from './terminal.js'

const stateLabels: Readonly<Record<DiagnosticCheck['state'], string>> = {
  ok: colors.green('ok     '),
  missing: colors.yellow('not yet'),
  warning: colors.yellow('warning'),
  wrong: colors.red('wrong  '),
}

/** `agnize doctor` */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('check settings, models and gallery, and report problems with their solutions')
    .option('--json', 'one JSON object')
    .addHelpText(
      'after',
      `
Example:
  $ agnize doctor

Exit status: 0 no problem, 1 at least one problem. A warning, and what does not exist yet, is no problem.`,
    )
    .action((options: { json?: boolean }, command: Command) =>
      withAgnize(command, async (agnize) => {
        const checks = withSettings(await agnize.diagnose(), checkSettings(command.parent!))
        if (options.json) {
          const all = checks.map((check) => ({ ...check, ok: check.state !== 'wrong' }))
          printJson({ schema_version: schemaVersion, checks: all })
        } else {
          for (const { name, state, detail } of checks) {
            print(`${stateLabels[state]}  ${name.padEnd(8)}  ${detail}`)
          }
        }
        const isSound = checks.every(({ state }) => state !== 'wrong')
        process.exitCode = isSound ? exitCodes.done : exitCodes.noMatch
      }),
    )
}

/** The checks with that of the settings after those of the machine. */
function withSettings(
  checks: readonly DiagnosticCheck[],
  settings: DiagnosticCheck,
): readonly DiagnosticCheck[] {
  const place = checks.findIndex(({ name }) => name === 'home')
  return [...checks.slice(0, place), settings, ...checks.slice(place)]
}

/** Reports the settings in force that are not the default, each with where it comes from. */
function checkSettings(program: Command): DiagnosticCheck {
  const names = ['config', 'home', 'store', 'gallery', 'model', 'modelsMirror', 'device'] as const
  const options = program.opts<GlobalOptions>()
  const inForce = names.flatMap((name) => {
    const value = options[name]
    if (value === undefined) return []
    // The password of a connection URL is not shown.
    const shown = (typeof value === 'string' ? value : JSON.stringify(value)).replace(
      /\/\/[^@/]*@/,
      '//',
    )
    return [`${name} ${shown} (${sourceInWords(program, name)})`]
  })
  const file = configurationFile(options)
  const read = file !== undefined && options.config === undefined ? [`config ${file} (found)`] : []
  const all = [...read, ...inForce]
  const detail = all.join(', ') || 'the defaults'
  return { name: 'settings', state: 'ok', code: 'settings', facts: {}, detail }
}
