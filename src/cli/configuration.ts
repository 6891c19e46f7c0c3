import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { AgnizeError } from '../base/errors.js'
import { nearestName } from '../base/nearest-name.js'
import type { FileSetting } from '../base/settings-file.js'
import { defaultHome } from '../session/open-session.js'
import type { GlobalOptions } from './command-options.js'

/** Names of the configuration file in the home folder. */
export const configurationNames = ['agnize.yaml', 'agnize.yml', 'agnize.json'] as const

/**
 * Path of the configuration file: the one that is named, else the one in the home folder; undefined without one.
 *
 * @throws AgnizeError `bad-argument` where the home folder has several.
 */
export function configurationFile({
  config,
  home,
}: {
  readonly config?: string | undefined
  readonly home?: string | undefined
}): string | undefined {
  if (config) return config
  const folder = home || defaultHome()
  const found = configurationNames.map((name) => join(folder, name)).filter(existsSync)
  if (found.length < 2) return found[0]
  throw new AgnizeError(
    'bad-argument',
    `There are several configuration files, ${found.join(' and ')}: keep one of them.`,
  )
}

/**
 * Gives the program the settings of the configuration file that neither an option nor a variable gives.
 *
 * @throws AgnizeError `bad-argument` for a file that cannot be read, an unknown setting and an invalid value.
 */
export async function applyConfiguration(program: Command, command: Command): Promise<void> {
  // The server reads the file itself, with its own settings, and reports all mistakes at once.
  if (command.name() === 'serve') return
  const options = program.opts<GlobalOptions>()
  const isOfCameras = command.name() === 'watch' && program.getOptionValueSource('config') === 'cli'
  const config = isOfCameras ? process.env.AGNIZE_CONFIG : options.config
  const file = configurationFile({ ...options, config })
  if (file === undefined) return
  const [{ readSettingsFile }, { commandSettings }, { settingNames }] = await Promise.all([
    import('../base/settings-file.js'),
    import('../session/configuration.js'),
    import('../server/settings.js'),
  ])
  const names = [...new Set([...Object.keys(commandSettings), ...settingNames])]
  for (const setting of readSettingsFile(file)) {
    const { name, value, place } = setting
    if (!names.includes(name)) throw unknownSetting(setting, names)
    if (!(name in commandSettings)) continue
    const checked = commandSettings[name as keyof typeof commandSettings].safeParse(value)
    if (!checked.success) {
      const why = checked.error.issues[0]!.message.replace(/^Invalid input: /, '')
      throw new AgnizeError('bad-argument', `${place}: ${name} is invalid: ${why}.`)
    }
    const source = program.getOptionValueSource(name)
    const isOverridden = name === 'offline' && process.env.AGNIZE_OFFLINE !== undefined
    if ((source === undefined || source === 'default') && !isOverridden) {
      program.setOptionValueWithSource(name, checked.data, 'config')
    }
  }
}

function unknownSetting({ name, place }: FileSetting, names: readonly string[]): AgnizeError {
  const suggestion = nearestName(name, names)
  const hint =
    suggestion === undefined
      ? `the settings are ${names.join(', ')}.`
      : `did you mean ${JSON.stringify(suggestion)}?`
  return new AgnizeError(
    'bad-argument',
    `${place}: there is no setting ${JSON.stringify(name)}: ${hint}`,
  )
}

/** Where an option of the program comes from, in words. */
export function sourceInWords(program: Command, name: keyof GlobalOptions): string {
  const option = program.options.find((each) => each.attributeName() === name)
  const source = program.getOptionValueSource(name)
  if (source === 'cli') return option?.long ?? name
  if (source === 'env') return option?.envVar ?? 'environment'
  return source === 'config' ? configurationFile(program.opts<GlobalOptions>())! : 'default'
}
