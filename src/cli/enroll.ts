import { Command } from 'commander'
import { counted } from '../base/counted.js'
import { AgnizeError } from '../base/errors.js'
import type { Detail } from '../faces/detectors/detail.js'
import { peopleIn } from '../gallery/people-folder.js'
import type { Point } from '../geometry/similarity-transform.js'
import type { PhotoSource } from '../image/photo.js'
import { livenessJson, schemaVersion } from '../json/photo-json.js'
import type { LivenessMode } from '../liveness/liveness.js'
import { words } from './annotated.js'
import { detailOption, exitCodes, flipOption, point, withAgnize } from './command-options.js'
import { newOrKnownPeople } from './known-names.js'
import { livenessInWords, livenessOption } from './liveness-results.js'
import { photoArguments } from './photo-arguments.js'
import { Progress } from './progress.js'
import { SkippedFiles } from './skipped-files.js'
import { colors, print, printJson, printNote, printStderr } from './terminal.js'

interface Options {
  readonly folder?: string
  readonly at?: Point
  readonly strict?: boolean
  readonly json?: boolean
  readonly detail: Detail
  readonly flip?: boolean
  readonly liveness: LivenessMode
}

interface Entry {
  readonly name: string
  readonly label: string
  readonly photo: PhotoSource
}

/** Minimum number of photos for a progress bar. Judgment. */
const progressMinPhotos = 5

/** `agnize enroll` */
export function enrollCommand(): Command {
  return new Command('enroll')
    .description('add people to the gallery')
    .argument('[name]', 'name of the person in the photos')
    .argument(
      '[photo...]',
      'photos with one face each: files, folders, globs, or - for standard input',
    )
    .option(
      '--folder <folder>',
      'folder with one photo per person (named after the person), or one subfolder per person',
    )
    .option('--at <x,y>', 'in a photo with several faces, take the one at this point', point)
    .option('--strict', 'refuse faces of poor quality instead of warning')
    .option('--json', 'print one JSON object per photo')
    .addOption(detailOption)
    .addOption(flipOption)
    .addOption(livenessOption)
    .addHelpText(
      'after',
      `
Examples:
  $ agnize enroll Skuli skuli-1.jpg skuli-2.jpg
  $ agnize enroll --folder images/
  $ agnize enroll Anna party.jpg --at 812,430

Exit status: 0 every photo was enrolled, 2 at least one was refused; the others are enrolled.`,
    )
    .action(
      async (name: string | undefined, photos: string[], options: Options, command: Command) => {
        process.exitCode = await enroll(await entriesOf(name, photos, options), options, command)
      },
    )
}

async function entriesOf(
  name: string | undefined,
  photos: string[],
  { folder, at }: Options,
): Promise<Entry[]> {
  if (folder !== undefined) {
    if (name !== undefined) {
      throw new AgnizeError(
        'bad-argument',
        'With --folder, names come from the folder: leave out the name and the photos.',
      )
    }
    if (at)
      throw new AgnizeError('bad-argument', '--at is for one photo: leave it out with --folder.')
    const skipped = new SkippedFiles()
    const entries = await peopleIn(folder, skipped).finally(() => skipped.report())
    return entries.map(({ name, photo }) => ({ name, photo, label: photo }))
  }
  if (name === undefined || photos.length === 0) {
    throw new AgnizeError(
      'bad-argument',
      'Give a name and at least one photo, or --folder: "agnize enroll --help" has examples.',
    )
  }
  const found = await photoArguments(photos)
  return found.map(({ label, source }) => ({ name, label, photo: source }))
}

async function enroll(
  entries: readonly Entry[],
  options: Options,
  command: Command,
): Promise<number> {
  return withAgnize(
    command,
    async (agnize, signal) => {
      const progress = new Progress('enrolling', {
        minSteps: progressMinPhotos,
        total: entries.length,
      })
      const counts = { added: 0, known: 0, refused: 0 }
      const people = new Set<string>()
      let next = 0
      try {
        const names = await newOrKnownPeople(
          agnize,
          entries.map(({ name }) => name),
        )
        const named = entries.map((entry, i) => ({ ...entry, name: names[i]! }))
        for (const name of new Set(
          entries.map(({ name }, i) => (name === names[i] ? '' : names[i]!)),
        )) {
          if (name) printNote(`The photos go to ${name}, who is enrolled already.`)
        }
        const results = agnize.enrollEach(named, {
          signal,
          detail: options.detail,
          flip: options.flip ?? false,
          liveness: options.liveness,
          strict: options.strict ?? false,
          ...(options.at && { at: options.at }),
        })
        for await (const each of results) {
          const { label } = entries[next++]!
          if ('error' in each) {
            counts.refused++
            const { code, message } = each.error
            if (options.json) {
              printJson({ schema_version: schemaVersion, photo: label, error: { code, message } })
            } else printStderr(`${label}: ${colors.red('refused')} ${message} [${code}]`)
          } else {
            const { subject, outcome, warnings, templateId, otherFaces, face } = each.result
            counts[outcome]++
            people.add(subject.id)
            if (options.json) {
              printJson({
                schema_version: schemaVersion,
                photo: label,
                subject,
                outcome,
                template_id: templateId,
                other_faces: otherFaces,
                warnings,
                ...(face.liveness && { liveness: livenessJson(face.liveness) }),
              })
            } else {
              if (otherFaces > 0 && !options.at) {
                printNote(
                  `${label}: the largest of ${otherFaces + 1} faces was enrolled; choose another with --at.`,
                )
              }
              if (face.liveness && face.liveness.answer !== 'live') {
                printNote(`${label}: ${colors.yellow(livenessInWords(face.liveness))}`)
              }
              if (warnings.length > 0) {
                printNote(
                  `${label}: ${colors.yellow('poor')} the face is ${warnings.map(words).join(', ')}; enroll a better photo if you can.`,
                )
              }
            }
          }
          progress.update(next, entries.length, `${next} of ${entries.length} photos`)
        }
      } finally {
        progress.stop()
        if (!options.json && next > 0) print(summary(counts, people.size))
      }
      return counts.refused > 0 ? exitCodes.error : exitCodes.done
    },
    { photos: entries.length },
  )
}

function summary(
  counts: { added: number; known: number; refused: number },
  people: number,
): string {
  const photos = (n: number) => counted(n, 'photo')
  const parts = [
    `${colors.green('enrolled')} ${photos(counts.added)} of ${counted(people, 'person', 'people')}`,
  ]
  if (counts.known > 0) parts.push(`${photos(counts.known)} already known`)
  if (counts.refused > 0) parts.push(`${photos(counts.refused)} refused`)
  return `${parts.join(', ')}.`
}
