import { Command } from 'commander'
import { schemaVersion } from '../json/photo-json.js'
import type { ModelCard } from '../models/card.js'
import { exitCodes, withAgnize } from './command-options.js'
import { modelsAddCommand } from './models-add.js'
import { modelsBenchCommand } from './models-bench.js'
import { modelsPullCommand } from './models-pull.js'
import { csvOption, printTable } from './table.js'
import { colors, print, printJson, printNote } from './terminal.js'

/** `agnize models` */
export function modelsCommand(): Command {
  const models = new Command('models')
    .description('list, download, check, add and remove models')
    .addHelpText(
      'after',
      `
Examples:
  $ agnize models pull
  $ agnize models list
  $ agnize models add buffalo w600k_r50.onnx --preset arcface-112 --threshold 1e-3=0.28 --threshold 1e-4=0.33`,
    )
  models
    .command('list')
    .description('list the models, and whether they are on this machine')
    .option('--json', 'print one JSON object per model')
    .addOption(csvOption)
    .addHelpText('after', '\nExample:\n  $ agnize models list')
    .action((options: { json?: boolean; csv?: boolean }, command: Command) =>
      withAgnize(command, async ({ models }) => {
        const list = await models.list()
        if (options.json) {
          for (const { card, path, state, origin } of list) {
            printJson({ schema_version: schemaVersion, state, origin, path, card })
          }
          return
        }
        printTable(
          ['name', 'task', 'state', { text: 'size', name: 'bytes' }, 'license', 'from'],
          list.map(({ card, state }) => [
            card.name,
            card.task,
            { text: state, color: state === 'ready' ? colors.green : colors.yellow },
            { text: `${(card.bytes / 1e6).toFixed(1)} MB`, value: card.bytes },
            card.license,
            homeInWords(card),
          ]),
          options,
        )
      }),
    )
  models.addCommand(modelsPullCommand())
  models
    .command('use')
    .description(
      'find faces with this detector from now on, in new galleries and without a gallery',
    )
    .argument('<name>', 'a detector that is on this machine, such as yunet or fr_detect')
    .addHelpText(
      'after',
      `
Examples:
  $ agnize models use yunet
  $ agnize models use fr_detect

A gallery keeps the detector that its first template was made with: "agnize gallery migrate --detector NAME" changes it.`,
    )
    .action((name: string, _options: object, command: Command) =>
      withAgnize(command, async ({ models }, _signal, { engine }) => {
        const { useDetector } = await import('../models/default-detector.js')
        const used = await useDetector(engine.home, models, name)
        print(`New galleries find faces with ${used}.`)
      }),
    )
  models
    .command('export')
    .description(
      'write the default models to a folder or a .tar file, for a machine without a network',
    )
    .argument('<target>', 'a folder, or a file that ends in .tar')
    .addHelpText('after', '\nExample:\n  $ agnize models export models.tar')
    .action((target: string, _options: object, command: Command) =>
      withAgnize(command, async ({ models }) => {
        const { exportModels } = await import('../models/carried-models.js')
        const cards = await exportModels(models, target)
        print(`${colors.green('exported')} ${sizeInWords(cards)} to ${target}.`)
        printNote(`On the other machine: agnize models import ${target}`)
      }),
    )
  models
    .command('import')
    .description('take the default models from a folder or a .tar file of "agnize models export"')
    .argument('<source>', 'a folder, or a .tar file')
    .addHelpText('after', '\nExample:\n  $ agnize models import models.tar')
    .action((source: string, _options: object, command: Command) =>
      withAgnize(command, async ({ models }) => {
        const { importModels } = await import('../models/carried-models.js')
        print(`${colors.green('imported')} ${sizeInWords(await importModels(models, source))}.`)
      }),
    )
  models
    .command('verify')
    .description('check every model file against its SHA-256')
    .addHelpText('after', '\nExample:\n  $ agnize models verify')
    .action((_options: object, command: Command) =>
      withAgnize(command, async ({ models }) => {
        const list = await models.list()
        for (const { card, path, state } of list) {
          print(
            `${state === 'ready' ? colors.green('ready  ') : colors.red(state.padEnd(7))}  ${card.name}  ${path}`,
          )
        }
        const bad = list.filter(({ state }) => state !== 'ready')
        if (bad.length > 0)
          printNote(
            `${bad.length} of ${list.length} are not usable: run "agnize models pull", or add your own again.`,
          )
        process.exitCode = bad.length > 0 ? exitCodes.error : exitCodes.done
      }),
    )
  models.addCommand(modelsAddCommand())
  models.addCommand(modelsBenchCommand())
  models
    .command('remove')
    .description('delete the files of a model')
    .argument('<name>', 'which')
    .addHelpText('after', '\nExample:\n  $ agnize models remove buffalo')
    .action((name: string, _options: object, command: Command) =>
      withAgnize(command, async ({ models }) => {
        await models.remove(name)
        print(`${colors.green('removed')} ${name}.`)
      }),
    )
  return models
}

/** Where a network comes from: the host of an address, which is too long for a table. */
const homeInWords = ({ source: { from } }: ModelCard) =>
  from.startsWith('https://') ? new URL(from).host : from

const sizeInWords = (cards: readonly ModelCard[]) =>
  `${cards.map(({ name }) => name).join(', ')} (${(cards.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6).toFixed(1)} MB)`
