import { stat } from 'node:fs/promises'
import { Command } from 'commander'
import { AgnizeError } from '../base/errors.js'
import type { NetworkAccuracy, NetworkSpeed } from '../evaluation/bench-models.js'
import type { Estimate } from '../evaluation/intervals.js'
import { schemaVersion } from '../json/photo-json.js'
import { type Device, devicesFrom } from '../models/devices.js'
import { type GlobalOptions, withAgnize } from './command-options.js'
import { Progress } from './progress.js'
import { printTable } from './table.js'
import { print, printJson, printNote } from './terminal.js'

/** `agnize models bench` */
export function modelsBenchCommand(): Command {
  return new Command('bench')
    .description('measure the speed of the installed models, and their accuracy on labeled photos')
    .argument('[folder]', 'folder with one subfolder per person')
    .option('--devices <names>', 'devices to measure, separated by commas (default: cpu)')
    .option('--json', 'one JSON object')
    .addHelpText(
      'after',
      `
Examples:
  $ agnize models bench
  $ agnize models bench people/
  $ agnize models bench --devices cpu,webgpu

Speed is the median of single runs with one thread, without decoding and finding faces. Accuracy is measured by comparing all pairs of photos.`,
    )
    .action(
      (
        folder: string | undefined,
        { json, devices = 'cpu' }: { json?: boolean; devices?: string },
        command: Command,
      ) =>
        withAgnize(command, async ({ models }, signal) => {
          const names = devices.split(',').map((name) => devicesFrom(name.trim()).default)
          if (folder !== undefined) await requireFolder(folder)
          await models.pull({ signal })
          const { benchAccuracy, benchSpeed } = await import('../evaluation/bench-models.js')
          const speeds = new Progress('networks')
          const speed = await benchSpeed(models, names as Device[], {
            signal,
            onProgress: (done, total) => speeds.update(done, total, `${done} of ${total}`),
          }).finally(() => speeds.stop())
          if (!json) printSpeed(speed)
          if (folder === undefined) {
            if (json) printJson(jsonOf(speed, []))
            else
              printNote(
                'With a folder of people, "agnize models bench people/" also measures accuracy.',
              )
            return
          }
          const { home, offline, device, threads } = command.optsWithGlobals<GlobalOptions>()
          const photos = new Progress('photos')
          const accuracy = await benchAccuracy(
            models,
            {
              ...(home && { home }),
              ...(offline !== undefined && { offline }),
              ...(device && { device }),
              ...(models.use && { use: models.use }),
              ...(threads !== undefined && { threads }),
            },
            { folder },
            {
              signal,
              onProgress: (model, done, total) =>
                photos.update(done, total, `${model}: ${done} of ${total}`),
            },
          ).finally(() => photos.stop())
          if (json) printJson(jsonOf(speed, accuracy))
          else printAccuracy(accuracy)
        }),
    )
}

async function requireFolder(folder: string): Promise<void> {
  if ((await stat(folder).catch(() => undefined))?.isDirectory()) return
  throw new AgnizeError(
    'photo-not-found',
    `${folder} is not a folder: give a folder with one subfolder per person.`,
  )
}

function jsonOf(speed: readonly NetworkSpeed[], accuracy: readonly NetworkAccuracy[]) {
  return {
    schema_version: schemaVersion,
    speed,
    accuracy: accuracy.map(({ genuinePairs, impostorPairs, ...rest }) => ({
      ...rest,
      genuine_pairs: genuinePairs,
      impostor_pairs: impostorPairs,
    })),
  }
}

function printSpeed(speed: readonly NetworkSpeed[]): void {
  printTable(
    ['model', 'task', 'input', 'device', 'ms a run'],
    speed.map(({ model, task, input, device, milliseconds }) => [
      ...[model, task, input.join(' × '), device],
      milliseconds === null ? '–' : milliseconds.toFixed(milliseconds < 10 ? 2 : 0),
    ]),
    {},
  )
  for (const error of new Set(speed.flatMap(({ error }) => error ?? []))) printNote(error)
}

function printAccuracy(accuracy: readonly NetworkAccuracy[]): void {
  print()
  printTable(
    ['model', 'misses at FMR 1e-2', 'at 1e-3', 'AUC', 'photos', 'failed'],
    accuracy.map(({ model, misses, auc, photos, failures }) => [
      model,
      ...misses.map(({ fnmr }) => (fnmr ? percentInWords(fnmr) : 'too few pairs')),
      auc ? `${auc.value.toFixed(4)} (${auc.low.toFixed(4)}–${auc.high.toFixed(4)})` : '–',
      ...[photos, failures],
    ]),
    {},
  )
  const [first] = accuracy
  if (first) {
    printNote(
      `${first.genuinePairs.toLocaleString('en')} genuine and ${first.impostorPairs.toLocaleString('en')} impostor pairs of ${first.people} people; intervals of 95 % over people.`,
    )
  }
}

const percentInWords = ({ value, low, high }: Estimate) =>
  `${(100 * value).toFixed(1)} % (${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)})`
