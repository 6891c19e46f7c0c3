import { Command } from 'commander'
import type { Comparison } from '../application/verification.js'
import { AgnizeError } from '../base/errors.js'
import type { Detail } from '../faces/detectors/detail.js'
import { blockingReasons, reasonsInWords } from '../faces/quality.js'
import { comparisonJson, faceJson, schemaVersion } from '../json/photo-json.js'
import type { LivenessMode } from '../liveness/liveness.js'
import {
  atMostOne,
  detailOption,
  exitCodes,
  flipOption,
  rate,
  similarityValue,
  withAgnize,
} from './command-options.js'
import { livenessInWords, livenessOption } from './liveness-results.js'
import { photoArguments } from './photo-arguments.js'
import { printLimit } from './photo-results.js'
import { colors, print, printJson } from './terminal.js'

interface Options {
  readonly fmr?: number
  readonly threshold?: number
  readonly json?: boolean
  readonly detail: Detail
  readonly flip?: boolean
  readonly liveness: LivenessMode
  readonly explain?: boolean
}

const answerLabels: Record<Comparison['answer'], string> = {
  match: colors.green('same person'),
  no_match: colors.magenta('different people'),
  not_judgeable: colors.yellow('not judgeable'),
}

const exitCodeOf: Record<Comparison['answer'], number> = {
  match: exitCodes.done,
  no_match: exitCodes.noMatch,
  not_judgeable: exitCodes.notJudgeable,
}

/** `agnize verify` */
export function verifyCommand(): Command {
  return new Command('verify')
    .description('compare two photos: do their largest faces show the same person?')
    .argument('<a>', 'first photo')
    .argument('<b>', 'second photo; - is standard input')
    .option(
      '--fmr <rate>',
      'share of different people who may pass as the same (default: 1e-3)',
      rate,
    )
    .option('--threshold <similarity>', 'fixed threshold instead of a rate', similarityValue)
    .option('--explain', 'explain the basis of the threshold')
    .option('--json', 'one JSON object')
    .addOption(detailOption)
    .addOption(flipOption)
    .addOption(livenessOption)
    .addHelpText(
      'after',
      `
Examples:
  $ agnize verify passport.jpg selfie.jpg
  $ agnize verify a.jpg b.jpg --fmr 1e-4 && echo same

Exit status: 0 the same person, 1 different people, 2 an error, 3 a face that cannot be judged.`,
    )
    .action(async (a: string, b: string, options: Options, command: Command) => {
      atMostOne({ ...options }, ['fmr', 'threshold'])
      const photos = await photoArguments([a, b])
      if (photos.length !== 2) {
        throw new AgnizeError('bad-argument', `verify takes two photos, not ${photos.length}.`)
      }
      const accept =
        options.threshold !== undefined
          ? { similarity: options.threshold }
          : options.fmr !== undefined
            ? { fmr: options.fmr }
            : undefined
      process.exitCode = await withAgnize(
        command,
        async (agnize, signal) => {
          const { faces, ...comparison } = await agnize.verify(
            photos[0]!.source,
            photos[1]!.source,
            {
              signal,
              detail: options.detail,
              flip: options.flip ?? false,
              liveness: options.liveness,
              ...(accept && { accept }),
            },
          )
          const { answer, similarity, threshold } = comparison
          if (options.json) {
            printJson({
              schema_version: schemaVersion,
              ...comparisonJson(comparison),
              faces: faces.map((face, i) => ({
                photo: photos[i]!.label,
                ...faceJson(face, false),
              })),
            })
          } else {
            print(
              `${answerLabels[answer]}  similarity ${similarity.toFixed(3)}, threshold ${threshold.value.toFixed(3)}`,
            )
            printLimit(threshold)
            if (options.explain) print(colors.dim(`threshold: ${threshold.source}`))
            faces.forEach(({ quality, liveness }, i) => {
              const { label } = photos[i]!
              if (liveness) print(`${label}: ${livenessInWords(liveness)}`)
              const [blocking, poor] = [blockingReasons(quality), quality.reasons]
              if (blocking.length > 0) {
                print(
                  colors.yellow(
                    `${label}: the face is ${reasonsInWords(blocking)}, so it cannot be compared: give a better photo`,
                  ),
                )
              } else if (poor.length > 0) {
                print(
                  colors.yellow(
                    `${label}: the face is ${reasonsInWords(poor)}, so the answer is less certain`,
                  ),
                )
              }
            })
          }
          return exitCodeOf[answer]
        },
        // Two photos are processed in this process sooner than worker processes start.
        { photos: 1 },
      )
    })
}
