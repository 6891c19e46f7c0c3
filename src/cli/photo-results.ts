import type { Each } from '../application/each-photo.js'
import { counted } from '../base/counted.js'
import { errorJson, type PhotoResult, photoJson } from '../json/photo-json.js'
import type { Threshold } from '../recognition/threshold.js'
import { AnnotatedPhotos } from './annotated.js'
import { exitCodes } from './command-options.js'
import type { PhotoArgument } from './photo-arguments.js'
import { printCsv, type Row } from './table.js'
import { colors, print, printJson, printNote, printStderr } from './terminal.js'

/** Options of the output of photo results. */
export interface ResultOptions {
  readonly annotate?: string
  readonly json?: boolean
  readonly csv?: boolean
  readonly embedding?: boolean
}

/** How the faces of photos are printed. */
export interface FacePrinting<Result> {
  /** Prints the faces of one photo as text. */
  readonly show: (result: Result) => void
  /** Columns of CSV after that of the photo. */
  readonly columns: readonly string[]
  /** A row of CSV for each face of a photo. */
  readonly rows: (result: Result) => readonly Row[]
}

/** The writer of `--annotate`; null without the option. An invalid value is rejected here, before any photo is processed. */
export function annotatedPhotos(
  { annotate }: ResultOptions,
  photos: readonly PhotoArgument[],
): AnnotatedPhotos | null {
  return annotate ? new AnnotatedPhotos(annotate, photos.length) : null
}

/**
 * Prints the results as they arrive, a line of JSON or a table per photo, or a row of CSV per face; errors are part of the
 * JSON stream, and otherwise go to standard error.
 *
 * @param succeeded - Whether a photo counts as a success of the command.
 * @returns The exit code.
 */
export async function reportPhotos<Result extends PhotoResult>(
  photos: readonly PhotoArgument[],
  results: AsyncIterable<Each<Result>>,
  options: ResultOptions,
  annotated: AnnotatedPhotos | null,
  printing: FacePrinting<Result>,
  succeeded: (result: Result) => boolean,
): Promise<number> {
  let failures = 0
  let successes = 0
  let next = 0
  if (options.csv) printCsv(['photo', ...printing.columns], [])
  for await (const each of results) {
    const photo = photos[next++]!
    if ('error' in each) {
      failures++
      const { code, message } = each.error
      if (options.json) printJson(errorJson(photo.label, each.error))
      else printStderr(`${photo.label}: ${colors.red('error')} ${message} [${code}]`)
      continue
    }
    const { result } = each
    if (succeeded(result)) successes++
    if (options.json) {
      printJson(photoJson(photo.label, result, options.embedding ?? false))
    } else if (options.csv) {
      const rows = printing.rows(result).map((row) => [photo.label, ...row])
      printCsv(printing.columns, rows, { withNames: false })
    } else {
      print(`${colors.bold(photo.label)}  ${result.width} × ${result.height}, ${count(result)}`)
      if (result.faces.length > 0) printing.show(result)
    }
    if (annotated) {
      const path = await annotated.write(photo, result.faces)
      if (options.json || options.csv) printNote(path)
      else print(`  ${colors.dim('marked:')} ${path}`)
    }
  }
  if (failures > 0 && photos.length > 1)
    printNote(`${failures} of ${counted(photos.length, 'photo')} failed.`)
  if (failures > 0) return exitCodes.error
  return successes > 0 ? exitCodes.done : exitCodes.noMatch
}

function count({ faces, facesLeftOut }: PhotoResult): string {
  if (faces.length === 0) return 'no face found'
  const smaller =
    facesLeftOut > 0 ? `, and ${counted(facesLeftOut, 'smaller one')} beyond the limit` : ''
  return counted(faces.length, 'face') + smaller
}

/**
 * Says that decisions rest on a less rare error rate than was asked for, where the thresholds support no rarer one, and that the
 * threshold is extrapolated, where it is.
 */
export function printLimit(threshold: Threshold | undefined): void {
  const far = /, extrapolated( far beyond these data)?(?=,|;|$)/.exec(threshold?.source ?? '')
  if (far) {
    printNote(
      `${colors.yellow('note')} The threshold was not measured at this error rate: it is extrapolated${far[1] ?? ''} (--explain tells from what).`,
    )
  }
  if (!threshold?.limited || threshold.fmr === null) return
  printNote(
    `${colors.yellow('note')} The thresholds support no rarer false match rate than ${Number(threshold.fmr.toPrecision(2))} a comparison, so this rate decides; measure others with "agnize calibrate".`,
  )
}
