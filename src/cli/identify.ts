import { Command } from 'commander'
import type { IdentifiedPhoto } from '../application/identification.js'
import { AgnizeError } from '../base/errors.js'
import type { Detail } from '../faces/detectors/detail.js'
import type { Fusion } from '../gallery/search/candidate.js'
import { boxInWords } from '../geometry/box.js'
import type { LivenessMode } from '../liveness/liveness.js'
import type { IdentifiedFace } from '../recognition/decide.js'
import { distance } from '../recognition/similarity.js'
import type { AcceptedError } from '../recognition/threshold.js'
import { words } from './annotated.js'
import {
  atMostOne,
  collect,
  detailOption,
  flipOption,
  positiveInteger,
  rate,
  similarityValue,
  subjectFilterOf,
  withAgnize,
} from './command-options.js'
import { personNamed } from './known-names.js'
import { livenessCells, livenessColumns, livenessOption, printAdvice } from './liveness-results.js'
import { photoArguments } from './photo-arguments.js'
import { annotatedPhotos, printLimit, type ResultOptions, reportPhotos } from './photo-results.js'
import {
  boxColumns,
  boxFields,
  type Cell,
  csvOption,
  numberCell,
  printTable,
  type Row,
} from './table.js'
import { colors, print } from './terminal.js'

interface Options extends ResultOptions {
  readonly candidates: number
  readonly all?: boolean
  readonly fpir?: number
  readonly fmr?: number
  readonly threshold?: number
  readonly fusion: Fusion
  readonly allowDuplicates?: boolean
  readonly only?: string[]
  readonly tag?: string[]
  readonly where?: string[]
  readonly detail: Detail
  readonly flip?: boolean
  readonly liveness: LivenessMode
  readonly explain?: boolean
}

/** `agnize identify` */
export function identifyCommand(): Command {
  return new Command('identify')
    .description('identify the people in photos')
    .argument('<photo...>', 'photos, folders, globs, or - for standard input')
    .option('--candidates <n>', 'list the n most similar people of each face', positiveInteger, 0)
    .option('--all', 'print the distance to every person')
    .option('--fpir <rate>', 'share of strangers who may be named (default: 1e-3)', rate)
    .option('--fmr <rate>', 'false match rate of a single comparison, instead of --fpir', rate)
    .option('--threshold <similarity>', 'fixed threshold instead of a rate', similarityValue)
    .option('--fusion <how>', 'combine several photos of a person: mean or best', 'mean')
    .option('--allow-duplicates', 'allow a person more than once in a photo (mirrors, collages)')
    .option('--only <name>', 'search only this person; may be repeated', collect)
    .option('--tag <tag>', 'search only people with this tag; may be repeated', collect)
    .option(
      '--where <field=value>',
      'search only people with this value in their metadata; may be repeated',
      collect,
    )
    .option('--explain', 'explain the basis of each answer')
    .option('--annotate <out>', 'write pictures with boxes and names to this file or folder')
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
  $ agnize identify door.jpg
  $ agnize identify door.jpg --explain
  $ agnize identify party/ --annotate marked/
  $ agnize identify 'photos/**/*.jpg' --json | jq -r '.faces[].subject.name'
  $ curl -s https://example.org/photo.jpg | agnize identify - --candidates 5

Exit status: 0 somebody was recognized, 1 nobody was recognized, 2 a photo failed.`,
    )
    .action(async (args: string[], options: Options, command: Command) => {
      process.exitCode = await identify(args, options, command)
    })
}

async function identify(args: string[], options: Options, command: Command): Promise<number> {
  atMostOne({ ...options }, ['fpir', 'fmr', 'threshold'])
  if (options.fusion !== 'best' && options.fusion !== 'mean') {
    throw new AgnizeError('bad-argument', `--fusion is mean or best, not ${options.fusion}.`)
  }
  if (options.csv && (options.all || options.candidates > 0)) {
    throw new AgnizeError(
      'bad-argument',
      'CSV has one row per face and lists no candidates: use --json.',
    )
  }
  const photos = await photoArguments(args)
  const annotated = annotatedPhotos(options, photos)
  const accept = accepted(options)
  const candidateCount = options.all ? Number.MAX_SAFE_INTEGER : options.candidates
  return withAgnize(
    command,
    async (agnize, signal) => {
      const only: string[] = []
      for (const name of options.only ?? []) only.push(await personNamed(agnize, name))
      const among = subjectFilterOf({ ...options, ...(options.only && { only }) })
      return reportPhotos(
        photos,
        agnize.identifyEach(
          photos.map(({ source }) => source),
          {
            signal,
            // At least one: the most similar enrolled photo is part of the output.
            candidates: Math.max(candidateCount, 1),
            fusion: options.fusion,
            allowDuplicates: options.allowDuplicates ?? false,
            detail: options.detail,
            flip: options.flip ?? false,
            liveness: options.liveness,
            ...(accept && { accept }),
            ...(among && { among }),
          },
        ),
        options,
        annotated,
        {
          show: (result) => printFaces(result, candidateCount, options),
          columns: [...faceColumns, ...livenessColumns(options.liveness)],
          rows: faceRows,
        },
        ({ faces }) => faces.some(({ answer }) => answer === 'match'),
      )
    },
    { photos: photos.length },
  )
}

function accepted({ fpir, fmr, threshold }: Options): AcceptedError | undefined {
  if (fpir !== undefined) return { fpir }
  if (fmr !== undefined) return { fmr }
  return threshold === undefined ? undefined : { similarity: threshold }
}

const faceColumns = [
  ...['face', 'answer', 'who', 'similarity', 'threshold', ...boxColumns],
  ...['by photo', 'why'],
]

function faceRows({ faces }: IdentifiedPhoto): Row[] {
  return faces.map((face, i) => [
    i + 1,
    face.answer,
    face.subject?.name ?? '',
    numberCell(face.similarity, 3),
    numberCell(face.threshold.value, 3),
    ...boxFields(face.box),
    face.subject ? matchedPhoto(face) : '',
    face.reason ? words(face.reason) : '',
    ...livenessCells(face),
  ])
}

function printFaces(
  { faces }: IdentifiedPhoto,
  candidateCount: number,
  { explain = false, liveness }: Pick<Options, 'explain' | 'liveness'>,
): void {
  printTable(
    [
      ...['face', 'who', 'similarity', 'threshold', 'at', 'by photo', 'why'],
      ...livenessColumns(liveness),
    ],
    faces.map((face, i) => [
      i + 1,
      who(face),
      numberCell(face.similarity, 3),
      numberCell(face.threshold.value, 3),
      boxInWords(face.box),
      face.subject ? matchedPhoto(face) : '',
      face.reason ? words(face.reason) : '',
      ...livenessCells(face),
    ]),
  )
  printAdvice(faces)
  printLimit(faces[0]?.threshold)
  if (explain) print(`  ${colors.dim(`threshold: ${faces[0]!.threshold.source}`)}`)
  for (const [i, face] of faces.entries()) {
    const lines = [...(explain ? evidence(face) : []), ...appliedCorrections(face)]
    for (const line of lines) print(`  ${colors.dim(`face ${i + 1}: ${line}`)}`)
  }
  if (candidateCount === 0) return
  for (const [i, { candidates }] of faces.entries()) {
    if (candidates.length === 0) continue
    printTable(
      [`face ${i + 1} resembles`, 'similarity', 'distance', 'by photo'],
      candidates.map(({ subject, similarity, photo }) => [
        subject.name,
        similarity.toFixed(3),
        distance(similarity).toFixed(3),
        photo,
      ]),
    )
  }
}

/** Lines with the probability of a match and its margin over the runner-up. */
function evidence({ probability, runnerUp, margin, answer }: IdentifiedFace): string[] {
  if (answer !== 'match' || (probability === null && !runnerUp)) return []
  const likely = probability === null ? '' : `probability ${probability.toFixed(3)} at even odds, `
  const next = runnerUp
    ? `${margin!.toFixed(3)} before ${runnerUp.subject.name} (${runnerUp.similarity.toFixed(3)})`
    : 'nobody else is enrolled'
  return [`${likely}${next}`]
}

/** Lines with the corrections that were applied to an answer. */
function appliedCorrections({ corrections }: IdentifiedFace): string[] {
  return corrections.map(
    ({ kind, subject, createdAt, similarity }) =>
      `${kind === 'not' ? 'not' : 'the same as'} ${subject.name}, by the correction of ${createdAt.slice(0, 10)} on a face with similarity ${similarity.toFixed(3)}`,
  )
}

/** Name of the matched subject's most similar enrolled photo. */
function matchedPhoto({ subject, candidates }: IdentifiedFace): string {
  return candidates.find((candidate) => candidate.subject.id === subject?.id)?.photo ?? ''
}

function who(face: IdentifiedFace): Cell {
  if (face.answer === 'match') return { text: face.subject!.name, color: colors.green }
  return face.answer === 'unknown'
    ? { text: 'unknown', color: colors.magenta }
    : { text: 'not judgeable', color: colors.yellow }
}
