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
import type { Use } from '../models/card.js'
import type { ModelStatus } from '../models/model-store.js'
import { remedyFor } from '../models/network-file.js'
import { usesInWords } from '../models/permitted-uses.js'
import { defaultHome } from '../session/open-session.js'
import { exitCodes, type GlobalOptions, withAgnize } from './command-options.js'
import { configurationFile, sourceInWords } from './configuration.js'
import { colors, print, printJson } from './terminal.js'

interface Check {
  readonly name: string
  /** `missing`: not there yet, because nothing was done yet that makes it. */
  readonly state: 'ok' | 'missing' | 'wrong'
  /** The finding; for what is missing what makes it, and for a problem how to fix it. */
  readonly detail: string
}

const stateLabels: Readonly<Record<Check['state'], string>> = {
  ok: colors.green('ok     '),
  missing: colors.yellow('not yet'),
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

Exit status: 0 no problem, 1 at least one problem. What does not exist yet is no problem.`,
    )
    .action((options: { json?: boolean }, command: Command) =>
      withAgnize(command, async (agnize) => {
        const checks = await runChecks(agnize, command.parent!)
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

async function runChecks(agnize: Agnize, program: Command): Promise<Check[]> {
  const options = program.opts<GlobalOptions>()
  const [runtime, { sharp }] = await Promise.all([
    checkRuntime(),
    import('../image/loaders.node.js'),
  ])
  const home = options.home ?? defaultHome()
  const store = options.store ?? (process.env.AGNIZE_STORE || join(home, 'gallery.sqlite'))
  return [
    {
      name: 'versions',
      state: 'ok',
      detail: `agnize ${version}, Node ${process.versions.node}, sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}`,
    },
    {
      name: 'machine',
      state: 'ok',
      detail: `${platform()} ${release()} ${process.arch}, ${counted(availableParallelism(), 'core')}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB memory`,
    },
    runtime,
    checkSettings(program),
    await checkHome(home),
    ...(await checkModels(agnize)),
    await checkGallery(agnize, store),
    ...(await checkThresholds(agnize, store)),
  ]
}

/** Reports which build of ONNX Runtime is used. */
async function checkRuntime(): Promise<Check> {
  const name = 'runtime'
  try {
    const { listDevices, onnxRuntime } = await import('../models/runtime.node.js')
    const { kind, version, reason } = await onnxRuntime()
    const build = kind === 'native' ? 'native build' : `WebAssembly, slower: ${reason}`
    return {
      name,
      state: 'ok',
      detail: `ONNX Runtime ${version} (${build}); ${devicesInWords(await listDevices())}`,
    }
  } catch (error) {
    return { name, state: 'wrong', detail: (error as Error).message }
  }
}

function devicesInWords(devices: readonly { name: string; bundled: boolean }[]): string {
  const names = (isBundled: boolean) =>
    devices.filter(({ bundled }) => bundled === isBundled).map(({ name }) => name)
  const [there, without] = [names(true), names(false)]
  const rest = without.length > 0 ? `; without their files: ${without.join(', ')}` : ''
  return `devices: ${there.join(', ')}${rest}`
}

async function checkHome(home: string): Promise<Check> {
  const name = 'home'
  let at = home
  while (!(await stat(at).catch(() => undefined)) && dirname(at) !== at) at = dirname(at)
  try {
    await access(at, constants.W_OK)
    return { name, state: 'ok', detail: at === home ? home : `${home} (will be created)` }
  } catch {
    return {
      name,
      state: 'wrong',
      detail: `${home} cannot be written: change its permissions or set AGNIZE_HOME.`,
    }
  }
}

async function checkModels(agnize: Agnize): Promise<Check[]> {
  const name = 'model'
  try {
    const all = await agnize.models.list()
    const isAwaited = ({ origin, state }: ModelStatus) =>
      origin === 'builtin' && state === 'missing'
    const awaited = all.filter(isAwaited).map(({ card }) => card.name)
    return [
      ...all
        .filter((each) => !isAwaited(each))
        .map((each) => ({ name, ...stateOf(each, agnize.models.use) })),
      ...(awaited.length > 0
        ? [
            {
              name,
              state: 'missing' as const,
              detail: `${awaited.join(', ')}: the first photo fetches them, or "agnize models pull".`,
            },
          ]
        : []),
    ]
  } catch (error) {
    return [{ name, state: 'wrong', detail: (error as Error).message }]
  }
}

function stateOf(status: ModelStatus, use: Use | undefined): Omit<Check, 'name'> {
  const { card, state, path } = status
  if (state === 'ready')
    return {
      state: 'ok',
      detail: `${card.name} (${card.task}, ${card.license}): ${usesInWords(card, use)}`,
    }
  return { state: 'wrong', detail: `${card.name} is ${state} at ${path}: ${remedyFor(status)}.` }
}

/** Reports the settings in force that are not the default, each with where it comes from. */
function checkSettings(program: Command): Check {
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
  return { name: 'settings', state: 'ok', detail: all.join(', ') || 'the defaults' }
}

/** Reports the source of the gallery's thresholds. */
async function checkThresholds(agnize: Agnize, store: string): Promise<Check[]> {
  const name = 'decides'
  try {
    const card = await agnize.embeddingCard()
    const file = storeFile(store)
    const exists = file === null || (await stat(file).catch(() => undefined))
    const { calibration, cohort } = exists ? await agnize.calibratedCard() : card
    if (!calibration) {
      return [
        {
          name,
          state: 'ok',
          detail: `${card.name} has no thresholds: "agnize calibrate" measures them.`,
        },
      ]
    }
    const { data, impostorPairs, subjects } = calibration.basis
    const { date, note } = calibration
    const origin = date
      ? `thresholds calibrated on ${date.slice(0, 10)}`
      : `thresholds on the card of ${card.name}`
    const corrected = cohort ? `; similarities corrected by a cohort of ${cohort.data}` : ''
    return [
      {
        name,
        state: note ? 'wrong' : 'ok',
        detail: `${origin}: ${impostorPairs ?? 'unknown'} impostor pairs of ${subjects ?? 'unknown'} people (${data})${corrected}${note ? `; ${note}` : ''}`,
      },
    ]
  } catch (error) {
    if (!(error instanceof AgnizeError)) throw error
    if (error.code === 'license-forbids') return [{ name, state: 'wrong', detail: error.message }]
    // `checkGallery` reports a gallery that cannot be read.
    return []
  }
}

async function checkGallery(agnize: Agnize, store: string): Promise<Check> {
  const name = 'gallery'
  const path = storeFile(store)
  const file = path === null ? undefined : await stat(path).catch(() => undefined)
  if (!file && path !== null) {
    return {
      name,
      state: 'missing',
      detail: `${path}: "agnize enroll NAME PHOTO" makes it.`,
    }
  }
  // The password of a connection URL is not shown.
  const shown = path ?? store.replace(/\/\/[^@/]*@/, '//')
  try {
    const problems = await agnize.people.check()
    if (problems.length > 0) {
      return {
        name,
        state: 'wrong',
        detail: `${shown} is damaged (${problems[0]}): run "agnize gallery repair", or restore a backup.`,
      }
    }
    const people = await agnize.people.list()
    const templates = people.reduce((sum, { templates }) => sum + templates, 0)
    return {
      name,
      state: 'ok',
      detail: `${shown}: ${counted(people.length, 'person', 'people')}, ${counted(templates, 'photo')}${file ? `, ${(file.size / 1e6).toFixed(1)} MB` : ''}${(await agnize.gallery.isProtected()) ? ', protected' : ''}`,
    }
  } catch (error) {
    if (!(error instanceof AgnizeError)) throw error
    return { name, state: 'wrong', detail: error.message }
  }
}
