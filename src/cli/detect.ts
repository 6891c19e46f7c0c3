import { Command } from 'commander'
import type { Detail } from '../faces/detectors/detail.js'
import type { PhotoAnalysis } from '../faces/face.js'
import { boxInWords } from '../geometry/box.js'
import type { LivenessMode } from '../liveness/liveness.js'
import { embeddingCard } from '../models/builtin.js'
import { words } from './annotated.js'
import { detailOption, flipOption, type GlobalOptions, withAgnize } from './command-options.js'
import { livenessCells, livenessColumns, livenessOption, printAdvice } from './liveness-results.js'
import { photoArguments } from './photo-arguments.js'
import { annotatedPhotos, type ResultOptions, reportPhotos } from './photo-results.js'
import { boxColumns, boxFields, csvOption, numberCell, printTable, type Row } from './table.js'

interface Options extends ResultOptions {
  readonly detail: Detail
  readonly flip?: boolean
  readonly liveness: LivenessMode
}

/** `agnize detect` */
export function detectCommand(): Command {
  return new Command('detect')
    .description('detect faces in photos, with landmarks and quality; the gallery is not used')
    .argument('<photo...>', 'photos, folders, globs, or - for standard input')
    .option('--annotate <out>', 'write pictures with boxes to this file or folder')
    .option('--json', 'print one JSON object per photo')
    .addOption(csvOption)
    .option('--embedding', 'add the embeddings to the JSON')
    .addOption(detailOption)
    .addOption(flipOption)
    .addOption(livenessOption)
    .addHelpText(
      'after',
      `
Examples:
  $ agnize detect group.jpg
  $ agnize detect crowd.jpg --detail full --annotate crowd-marked.jpg
  $ agnize detect photos/ --json | jq '.faces | length'

Exit status: 0 a face was found, 1 no face was found, 2 a photo failed.`,
    )
    .action(async (args: string[], options: Options, command: Command) => {
      process.exitCode = await detect(args, options, command)
    })
}

async function detect(args: string[], options: Options, command: Command): Promise<number> {
  const photos = await photoArguments(args)
  const annotated = annotatedPhotos(options, photos)
  const { model } = command.optsWithGlobals<GlobalOptions>()
  return withAgnize(
    command,
    (agnize, signal) =>
      reportPhotos(
        photos,
        agnize.analyzeEach(
          photos.map(({ source }) => source),
          {
            signal,
            detail: options.detail,
            flip: options.flip ?? false,
            liveness: options.liveness,
          },
        ),
        options,
        annotated,
        {
          show: (result) => printFaces(result, options.liveness),
          columns: [...faceColumns, ...livenessColumns(options.liveness)],
          rows: faceRows,
        },
        ({ faces }) => faces.length > 0,
      ),
    // Without the embeddings the model does not matter, and the gallery is not asked for it.
    { photos: photos.length, model: options.embedding ? model : (model ?? embeddingCard.name) },
  )
}

const faceColumns = ['face', ...boxColumns, 'score', 'roll', 'yaw', 'pitch', 'quality', 'poor']

function faceRows({ faces }: PhotoAnalysis): Row[] {
  return faces.map(({ box, detectionScore, pose, quality, ...face }, i) => [
    i + 1,
    ...boxFields(box),
    numberCell(detectionScore, 2),
    ...[pose.roll, pose.yaw, pose.pitch].map((angle) => numberCell(angle, 0)),
    numberCell(quality.score, 2),
    quality.reasons.map(words).join(', '),
    ...livenessCells(face),
  ])
}

function printFaces({ faces }: PhotoAnalysis, liveness: LivenessMode): void {
  printTable(
    [
      ...['face', 'at', 'score', 'roll', 'yaw', 'pitch', 'quality', 'poor'],
      ...livenessColumns(liveness),
    ],
    faces.map(({ box, detectionScore, pose, quality, ...face }, i) => [
      i + 1,
      boxInWords(box),
      detectionScore.toFixed(2),
      `${pose.roll.toFixed(0)}°`,
      `${pose.yaw.toFixed(0)}°`,
      `${pose.pitch.toFixed(0)}°`,
      quality.score.toFixed(2),
      quality.reasons.map(words).join(', '),
      ...livenessCells(face),
    ]),
  )
  printAdvice(faces)
}
