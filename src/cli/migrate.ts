import { Command } from 'commander'
import type { LostFace } from '../application/migration.js'
import { AgnizeError } from '../base/errors.js'
import { schemaVersion } from '../json/photo-json.js'
import { atMostOne, exitCodes, withAgnize } from './command-options.js'
import { Progress } from './progress.js'
import { csvOption, printTable } from './table.js'
import { colors, print, printJson, printStderr } from './terminal.js'

interface Options {
  readonly to?: string
  readonly compare?: boolean
  readonly out?: string
  readonly switch?: boolean
  readonly back?: boolean
  readonly finish?: boolean
  readonly drop?: boolean
  readonly cohort?: boolean
  readonly json?: boolean
  readonly csv?: boolean
}

/** `agnize gallery migrate` */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description('change to another model or detector without enrolling anybody again')
    .option('--to <model>', 'embed every kept face with this model; continues an interrupted run')
    .option('--compare', 'compare the two models on the faces of the gallery')
    .option('--out <folder>', 'with --compare: write a report page and the figures to this folder')
    .option('--switch', 'search with the new model from now on')
    .option('--back', 'search with the previous model again')
    .option('--finish', 'delete the templates of the previous model')
    .option('--drop', 'delete the templates of the new model')
    .option('--cohort', 'correct similarities by the cohort of this version and use from now on')
    .option('--json', 'one JSON object')
    .addOption(csvOption)
    .addHelpText(
      'after',
      `
Example:
  $ agnize gallery migrate --to facenet
  $ agnize gallery migrate --compare --out comparison
  $ agnize gallery migrate --switch
  $ agnize gallery migrate --finish
  $ agnize gallery migrate --detector yunet

The gallery works as before until --switch. With --detector alone, faces are found with that detector from now on, and the
templates are kept. Without an option, the command shows the progress.

Exit status: 0 done, 1 some faces could not be embedded, 2 an error.`,
    )
    .action(async (options: Options, command: Command) => {
      atMostOne({ ...options }, ['to', 'compare', 'switch', 'back', 'finish', 'drop', 'cohort'])
      if (options.to !== undefined) await embed(options.to, options, command)
      else if (options.compare) await compare(options, command)
      else if (options.cohort) await useCohort(options, command)
      else if (isPlain(options) && givenDetector(command)) await useDetector(options, command)
      else await change(options, command)
    })
}

const isPlain = (options: Options) =>
  !options.switch && !options.back && !options.finish && !options.drop

/** The detector on the command line: Commander gives it to the program, which has that option. */
function givenDetector(command: Command): string | undefined {
  const given = command.optsWithGlobals<{ detector?: string }>().detector
  return command.getOptionValueSourceWithGlobals('detector') === 'cli' ? given : undefined
}

async function useDetector({ json }: Options, command: Command): Promise<void> {
  const name = givenDetector(command)!
  await withAgnize(command, async ({ gallery }) => {
    const { before, now } = await gallery.useDetector(name)
    if (json) printJson({ schema_version: schemaVersion, before, now })
    else if (before === now) print(`The gallery already finds faces with ${now}.`)
    else
      print(
        `The gallery finds faces with ${now} instead of ${before} from now on; its templates are kept.`,
      )
  })
}

async function useCohort({ json }: Options, command: Command): Promise<void> {
  await withAgnize(command, async ({ gallery }) => {
    const cohort = await gallery.useCohort()
    if (json) printJson({ schema_version: schemaVersion, cohort })
    else if (cohort === null) print('The similarities of the gallery are cosines from now on.')
    else
      print(`The gallery corrects similarities by the cohort ${cohort.slice(0, 16)} from now on.`)
  })
}

async function embed(model: string, options: Options, command: Command): Promise<void> {
  await withAgnize(
    command,
    async (agnize, signal) => {
      const progress = new Progress('embedding')
      const found = await agnize.gallery
        .migrate({
          signal,
          onProgress: (done, total) => progress.update(done, total, `${done} of ${total} faces`),
        })
        .finally(() => progress.stop())
      if (options.json) printJson({ schema_version: schemaVersion, ...found })
      else {
        print(
          `${colors.green('embedded')} ${found.embedded} of ${found.faces} faces with ${found.next}.`,
        )
        for (const { subject, photo, reason } of found.lost) {
          printStderr(
            `${photo || 'a face'} of ${subject.name}: ${lostReasonText[reason]}; enroll another photo after the switch.`,
          )
        }
        print('Next: "agnize gallery migrate --compare", then --switch.')
      }
      process.exitCode = found.lost.length > 0 ? exitCodes.noMatch : exitCodes.done
    },
    { model },
  )
}

const lostReasonText: Record<LostFace['reason'], string> = {
  'no-crop': 'no picture was kept',
  'no-face': 'the model finds no face in what was kept',
  'poor-quality': 'the model cannot judge what was kept',
}

async function compare({ out, json, csv }: Options, command: Command): Promise<void> {
  const [{ compareModels }, { showComparison }] = await Promise.all([
    import('../evaluation/compare-models.js'),
    import('./compare.js'),
  ])
  await withAgnize(command, async (agnize, signal) => {
    const comparison = await compareModels(agnize, { signal, ...(out && { out }) })
    if (json) {
      const { snakeCase } = await import('../evaluation/evaluation-json.js')
      printJson(snakeCase({ schemaVersion, ...comparison }))
    } else await showComparison(comparison, { csv })
  })
}

async function change(options: Options, command: Command): Promise<void> {
  await withAgnize(command, async ({ gallery }) => {
    if (options.switch) await gallery.switchModel()
    else if (options.back) await gallery.switchBack()
    else if (options.finish) await gallery.finishMigration()
    else if (options.drop) await gallery.dropMigration()
    const state = await gallery.migration()
    if (options.json) {
      printJson({ schema_version: schemaVersion, ...state })
      return
    }
    if (state.active === null) {
      throw new AgnizeError('bad-argument', 'The gallery is empty: it has no model yet.')
    }
    const embedded = `${state.embedded} of ${state.faces}`
    printTable(
      ['model', { text: '', name: 'state' }, 'faces'],
      [
        [state.active, 'searched', state.faces],
        ...(state.next ? [[state.next, 'next', { text: embedded, value: state.embedded }]] : []),
        ...(state.previous ? [[state.previous, 'previous', '']] : []),
      ],
      options,
    )
  })
}
