import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { availableParallelism, platform, release, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { Command } from 'commander'
import { counted } from '../base/counted.js'
import { AgnizeError } from '../base/errors.js'
import { version } from '../base/version.js'
import { storeFile } from '../gallery/open-gallery.js'
import { schemaVersion } from '../json/photo-json.js'
import type { Agnize } from '../library/agnize.js'
import { defaultHome } from '../session/open-session.js'
import { exitCodes, type GlobalOptions, withAgnize } from './command-options.js'
import { colors, print, printJson } from './terminal.js'

interface Check {
  readonly name: string
  readonly ok: boolean
  /** The finding, and for a problem how to fix it. */
  readonly detail: string
}

/** `agnize doctor` */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('check versions, models and gallery, and report problems with their solutions')
    .option('--json', 'one JSON object')
    .addHelpText(
      'after',
      `
Example:
  $ agnize doctor

Exit status: 0 no problem, 2 at least one problem.`,
    )
    .action((options: { json?: boolean }, command: Command) =>
      withAgnize(command, async (agnize) => {
        const checks = await runChecks(agnize, command.optsWithGlobals<GlobalOptions>())
        if (options.json) printJson({ schema_version: schemaVersion, checks })
        else {
          for (const { name, ok, detail } of checks) {
            print(
              `${ok ? colors.green('ok   ') : colors.red('wrong')}  ${name.padEnd(8)}  ${detail}`,
            )
          }
        }
        process.exitCode = checks.every(({ ok }) => ok) ? exitCodes.done : exitCodes.error
      }),
    )
}

async function runChecks(agnize: Agnize, options: GlobalOptions): Promise<Check[]> {
  const [{ runtimeVersion }, { sharp }] = await Promise.all([
    import('#runtime'),
    import('../image/loaders.node.js'),
  ])
  const home = options.home ?? defaultHome()
  const store = options.store ?? (process.env.AGNIZE_STORE || join(home, 'gallery.sqlite'))
  return [
    {
      name: 'versions',
      ok: true,
      detail: `agnize ${version}, Node ${process.versions.node}, ONNX Runtime ${runtimeVersion}, sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}`,
    },
    {
      name: 'machine',
      ok: true,
      detail: `${platform()} ${release()} ${process.arch}, ${counted(availableParallelism(), 'core')}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB memory`,
    },
    await checkHome(home),
    ...(await checkModels(agnize)),
    await checkGallery(agnize, store),
    ...(await checkThresholds(agnize, store)),
  ]
}

async function checkHome(home: string): Promise<Check> {
  const name = 'home'
  let at = home
  while (!(await stat(at).catch(() => undefined)) && dirname(at) !== at) at = dirname(at)
  try {
    await access(at, constants.W_OK)
    return { name, ok: true, detail: at === home ? home : `${home} (will be created)` }
  } catch {
    return {
      name,
      ok: false,
      detail: `${home} cannot be written: change its permissions or set AGNIZE_HOME.`,
    }
  }
}

async function checkModels(agnize: Agnize): Promise<Check[]> {
  try {
    return (await agnize.models.list()).map(({ card, state, path, origin }) => ({
      name: 'model',
      ok: state === 'ready',
      detail:
        state === 'ready'
          ? `${card.name} (${card.task}, ${card.license})`
          : `${card.name} is ${state} at ${path}: ${origin === 'builtin' ? 'run "agnize models pull"' : 'add it again with "agnize models add"'}.`,
    }))
  } catch (error) {
    return [{ name: 'model', ok: false, detail: (error as Error).message }]
  }
}

/** Reports the source of the gallery's thresholds. */
async function checkThresholds(agnize: Agnize, store: string): Promise<Check[]> {
  const name = 'decides'
  try {
    const card = await agnize.embeddingCard()
    const file = storeFile(store)
    const exists = file === null || (await stat(file).catch(() => undefined))
    const own = exists ? await agnize.calibration() : null
    const calibration = own ?? card.calibration
    if (!calibration) {
      return [
        {
          name,
          ok: true,
          detail: `${card.name} has no thresholds: "agnize calibrate" measures them.`,
        },
      ]
    }
    const { data, impostorPairs, subjects } = calibration.basis
    const origin = own
      ? `thresholds calibrated on ${own.date?.slice(0, 10)}`
      : `thresholds on the card of ${card.name}`
    return [
      {
        name,
        ok: true,
        detail: `${origin}: ${impostorPairs ?? 'unknown'} impostor pairs of ${subjects ?? 'unknown'} people (${data})`,
      },
    ]
  } catch (error) {
    if (!(error instanceof AgnizeError)) throw error
    // `checkGallery` reports a gallery that cannot be read.
    return []
  }
}

async function checkGallery(agnize: Agnize, store: string): Promise<Check> {
  const name = 'gallery'
  const path = storeFile(store)
  const file = path === null ? undefined : await stat(path).catch(() => undefined)
  if (!file && path !== null) return { name, ok: true, detail: `${path} (will be created)` }
  // The password of a connection URL is not shown.
  const shown = path ?? store.replace(/\/\/[^@/]*@/, '//')
  try {
    const problems = await agnize.people.check()
    if (problems.length > 0) {
      return {
        name,
        ok: false,
        detail: `${shown} is damaged (${problems[0]}): run "agnize gallery repair", or restore a backup.`,
      }
    }
    const people = await agnize.people.list()
    const templates = people.reduce((sum, { templates }) => sum + templates, 0)
    return {
      name,
      ok: true,
      detail: `${shown}: ${counted(people.length, 'person', 'people')}, ${counted(templates, 'photo')}${file ? `, ${(file.size / 1e6).toFixed(1)} MB` : ''}${(await agnize.gallery.isProtected()) ? ', protected' : ''}`,
    }
  } catch (error) {
    if (!(error instanceof AgnizeError)) throw error
    return { name, ok: false, detail: error.message }
  }
}
