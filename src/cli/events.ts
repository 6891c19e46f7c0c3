import { Command } from 'commander'
import { counted } from '../base/counted.js'
import { AgnizeError } from '../base/errors.js'
import { writeFileAtomically } from '../base/write-file-atomically.js'
import { snakeCase } from '../evaluation/evaluation-json.js'
import type { Visit, VisitPage } from '../gallery/visit-store.js'
import { schemaVersion } from '../json/photo-json.js'
import type { Agnize } from '../library/agnize.js'
import { positiveInteger, withAgnize } from './command-options.js'
import { newOrKnownPeople, personNamed } from './known-names.js'
import { csvOption, numberCell, printTable, timeCell } from './table.js'
import { colors, print, printJson, printNote } from './terminal.js'

interface ListOptions {
  readonly person?: string
  readonly visitor?: string
  readonly unknown?: boolean
  readonly camera?: string
  readonly since?: string
  readonly until?: string
  readonly photo?: string
  readonly limit: number
  readonly json?: boolean
  readonly csv?: boolean
}

/** `agnize events` */
export function eventsCommand(): Command {
  const events = new Command('events')
    .description('manage the record of visits and of unknown visitors (default: off)')
    .addHelpText(
      'after',
      `
Examples:
  $ agnize events on --days 14
  $ agnize events list --person Skuli --since 2026-11-01
  $ agnize events list --photo face.jpg
  $ agnize events strangers
  $ agnize events name 4f0c… "Skuli Arnlaugsson"`,
    )
  events
    .command('on')
    .description('start recording visits: who, where, when, and the best face of each')
    .option(
      '--days <n>',
      'days that visits are kept (default: unchanged, initially 30)',
      positiveInteger,
    )
    .addHelpText('after', '\nExample:\n  $ agnize events on --days 14')
    .action(({ days }: { days?: number }, command: Command) =>
      withAgnize(command, async ({ visits }) => {
        await visits.configure({ recording: true, ...(days && { days }) })
        const settings = await visits.settings()
        print(`Visits are recorded from now on, and kept for ${counted(settings.days, 'day')}.`)
      }),
    )
  events
    .command('off')
    .description('stop recording; recorded entries stay until they expire')
    .addHelpText('after', '\nExample:\n  $ agnize events off')
    .action((_options: object, command: Command) =>
      withAgnize(command, async ({ visits }) => {
        await visits.configure({ recording: false })
        print('Visits are no longer recorded.')
      }),
    )
  events
    .command('list', { isDefault: true })
    .description('list visits, newest first')
    .option(
      '--person <name>',
      'only visits of this person, including those before the person was named',
    )
    .option(
      '--visitor <id>',
      'only visits of this unknown visitor, including those after the visitor was named',
    )
    .option('--unknown', 'only visits of unknown visitors')
    .option('--camera <name>', 'only visits at this camera')
    .option('--since <time>', 'only visits that ended at this time or later')
    .option('--until <time>', 'only visits that began before this time')
    .option('--photo <photo>', 'only visits of the person in this photo')
    .option('--limit <n>', 'maximum number of visits (default: 50)', positiveInteger, 50)
    .option('--json', 'print one JSON object per visit')
    .addOption(csvOption)
    .addHelpText(
      'after',
      '\nExample:\n  $ agnize events list --camera door --since 2026-11-01 --json',
    )
    .action((options: ListOptions, command: Command) =>
      withAgnize(command, (agnize) => list(agnize, options)),
    )
  events
    .command('image')
    .description('write the best face of a visit to a file, as JPEG')
    .argument('<visit>', 'id of the visit')
    .argument('<file>', 'file to write')
    .addHelpText('after', '\nExample:\n  $ agnize events image 0199… face.jpg')
    .action((visit: string, file: string, _options: object, command: Command) =>
      withAgnize(command, async ({ visits }) => {
        await writeFileAtomically(file, await visits.image(visit), 0o600)
        print(`${colors.green('written')} ${file}`)
      }),
    )
  events
    .command('strangers')
    .description('list unknown visitors, most recent first')
    .option('--json', 'print one JSON object per visitor')
    .addOption(csvOption)
    .addHelpText('after', '\nExample:\n  $ agnize events strangers')
    .action(({ json, csv }: { json?: boolean; csv?: boolean }, command: Command) =>
      withAgnize(command, async ({ visits }) => {
        const all = await visits.visitors()
        if (json) {
          for (const one of all) printJson(snakeCase({ schemaVersion, ...one }))
          return
        }
        const rows = all.map(({ id, visits, firstAt, lastAt, camera }) => [
          ...[id, visits, timeCell(firstAt), timeCell(lastAt), camera],
        ])
        if (rows.length > 0 || csv)
          printTable(['visitor', 'visits', 'first', 'last', 'where'], rows, { csv })
        else printNote('No unknown visitors are recorded.')
      }),
    )
  events
    .command('name')
    .description('name an unknown visitor: enroll the best faces and name all visits')
    .argument('<visitor>', 'id of the visitor')
    .argument('<name>', 'name of a new or an existing person')
    .addHelpText('after', '\nExample:\n  $ agnize events name 4f0c… "Skuli Arnlaugsson"')
    .action((visitor: string, name: string, _options: object, command: Command) =>
      withAgnize(command, async (agnize) => {
        const [who = name] = await newOrKnownPeople(agnize, [name])
        const { visits, faces } = await agnize.visits.name(visitor, who)
        print(
          `${colors.green('named')} ${who}: ${counted(faces, 'face')} enrolled, ${counted(visits, 'visit')} named.`,
        )
      }),
    )
  events
    .command('forget')
    .description('delete all data of an unknown visitor')
    .argument('<visitor>', 'id of the visitor')
    .addHelpText('after', '\nExample:\n  $ agnize events forget 4f0c…')
    .action((visitor: string, _options: object, command: Command) =>
      withAgnize(command, async ({ visits }) => {
        print(`${colors.green('deleted')} ${counted(await visits.forget(visitor), 'visit')}.`)
      }),
    )
  events
    .command('regroup')
    .description('group unknown visitors again; "watch" and "serve" do so every hour')
    .addHelpText('after', '\nExample:\n  $ agnize events regroup')
    .action((_options: object, command: Command) =>
      withAgnize(command, async ({ visits }, signal) => {
        const { strangers, changed } = await visits.regroup(signal)
        print(
          `${counted(strangers, 'unknown visitor')}; ${counted(changed, 'visit')} ${changed === 1 ? 'belongs' : 'belong'} to another visitor than before.`,
        )
      }),
    )
  return events
}

async function list(agnize: Agnize, options: ListOptions): Promise<void> {
  const { json = false, csv } = options
  const found =
    options.photo === undefined ? await page(agnize, options) : await searchByPhoto(agnize, options)
  for (const { visit, similarity } of found) {
    if (!json) continue
    const { hasFace, visitorId, ...rest } = visit
    printJson(
      snakeCase({
        ...{ schemaVersion, ...rest, visitor: visitorId, hasFace },
        ...(similarity !== null && { likeness: similarity }),
      }),
    )
  }
  if (json) return
  if (found.length > 0 || csv) {
    printTable(
      ['visit', 'who', 'camera', 'from', 'until', 'similarity'],
      found.map(({ visit, similarity }) => [
        ...[visit.id, visit.subject?.name ?? `visitor ${visit.visitorId}`, visit.camera],
        ...[timeCell(visit.firstAt), timeCell(visit.lastAt)],
        numberCell(similarity ?? visit.similarity, 3),
      ]),
      { csv },
    )
  }
  const { recording, days } = await agnize.visits.settings()
  printNote(
    recording
      ? `Recording; visits are kept for ${counted(days, 'day')}.`
      : 'Not recording: start with "agnize events on".',
  )
}

interface FoundVisit {
  /** The visit. */
  readonly visit: Visit
  /** Similarity to the face of `--photo`; null without it. */
  readonly similarity: number | null
}

async function page(agnize: Agnize, options: ListOptions): Promise<FoundVisit[]> {
  const { person, visitor, unknown, camera, since, until, limit } = options
  const wanted: VisitPage = {
    ...{ limit, camera, unknown, visitorId: visitor },
    subjectId:
      person === undefined
        ? undefined
        : (await agnize.people.get(await personNamed(agnize, person))).id,
    since: since && time(since),
    until: until && time(until),
  }
  return (await agnize.visits.list(wanted)).map((visit) => ({ visit, similarity: null }))
}

async function searchByPhoto(agnize: Agnize, options: ListOptions): Promise<FoundVisit[]> {
  const { photo, person, visitor, unknown, camera, since, until, limit } = options
  const [from, to] = [since && time(since), until && time(until)]
  const who = person === undefined ? undefined : await personNamed(agnize, person)
  const found = await agnize.visits.search(photo!)
  return found
    .filter(
      ({ visit }) =>
        (who === undefined || visit.subject?.name === who) &&
        (visitor === undefined || visit.visitorId === visitor) &&
        (!unknown || visit.subject === null) &&
        (camera === undefined || visit.camera === camera) &&
        (from === undefined || visit.lastAt >= from) &&
        (to === undefined || visit.firstAt < to),
    )
    .slice(0, limit)
    .map(({ visit, similarity }) => ({ visit, similarity }))
}

function time(text: string): string {
  const date = new Date(text)
  if (!Number.isNaN(date.getTime())) return date.toISOString()
  throw new AgnizeError(
    'bad-argument',
    `${JSON.stringify(text)} is not a time: give one such as 2026-12-31 or 2026-12-31T18:00:00Z.`,
  )
}
