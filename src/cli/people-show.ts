import { Command } from 'commander'
import type { KeptFace } from '../gallery/kept-face.js'
import type { SubjectSummary, TemplateSummary } from '../gallery/subject.js'
import { boxInWords } from '../geometry/box.js'
import { schemaVersion } from '../json/photo-json.js'
import type { Agnize } from '../library/agnize.js'
import type { ReferenceSummary } from '../library/references.js'
import { withAgnize } from './command-options.js'
import { personNamed } from './known-names.js'
import {
  boxColumns,
  boxFields,
  csvOption,
  dateCell,
  numberCell,
  printCsv,
  printTable,
  textCell,
} from './table.js'
import { colors, print, printJson } from './terminal.js'

interface Options {
  readonly json?: boolean
  readonly csv?: boolean
}

/** `agnize people show` */
export function showCommand(): Command {
  return new Command('show')
    .description('show everything that is kept about a person, and the enrolled photos')
    .argument('<name>', 'who')
    .option('--json', 'print one JSON object per photo')
    .addOption(csvOption)
    .addHelpText('after', '\nExample:\n  $ agnize people show Skuli')
    .action((name: string, options: Options, command: Command) =>
      withAgnize(command, (agnize) => show(agnize, name, options)),
    )
}

/** An enrolled photo as it is shown. */
interface ShownPhoto {
  /** Id of the face. */
  readonly id: string
  /** Id of the template that is searched; null where the photo is set aside. */
  readonly template: string | null
  readonly photo: string
  readonly box: KeptFace['box']
  readonly quality: number
  readonly createdAt: string
  readonly source: 'enrolled' | 'camera'
  readonly camera: string | null
  readonly isAside: boolean
  /** Bytes of the kept picture; null where none is kept. */
  readonly cropBytes: number | null
  readonly models: readonly string[]
}

async function show(agnize: Agnize, given: string, { json, csv }: Options): Promise<void> {
  const { people, references } = agnize
  const name = await personNamed(agnize, given)
  const [templates, faces, origins] = await Promise.all([
    people.show(name),
    people.keptFaces(name),
    references.of(name),
  ])
  const photos = photosOf(templates, faces, origins)
  if (json) {
    for (const each of photos) printJson({ schema_version: schemaVersion, ...photoJson(each) })
  } else if (csv) printPhotosAsCsv(photos)
  else {
    await printPerson(agnize, await people.get(name))
    if (photos.length > 0) printPhotos(photos)
  }
}

function photosOf(
  templates: readonly TemplateSummary[],
  faces: readonly KeptFace[],
  references: readonly ReferenceSummary[],
): ShownPhoto[] {
  const searched = new Set(templates.map(({ id }) => id))
  const known = new Map(references.map((reference) => [reference.id, reference]))
  return faces.map(({ id, photo, box, createdAt, crop, templates }) => {
    const reference = known.get(id)
    return {
      ...{ id, photo, box, createdAt },
      template: templates.find((each) => searched.has(each.id))?.id ?? null,
      quality: reference?.quality ?? templates[0]?.quality ?? 0,
      source: reference?.origin ? 'camera' : 'enrolled',
      camera: reference?.origin?.camera ?? null,
      isAside: reference?.isAside ?? false,
      cropBytes: crop?.length ?? null,
      models: templates.map(({ model }) => model),
    }
  })
}

function photoJson(each: ShownPhoto) {
  return {
    template_id: each.template,
    photo: each.photo,
    box: each.box,
    quality: Number(each.quality.toFixed(3)),
    created_at: each.createdAt,
    face_id: each.id,
    source: each.source,
    camera: each.camera,
    set_aside: each.isAside,
    crop_bytes: each.cropBytes,
    models: each.models,
  }
}

/** Prints what is kept about a person beside the photos. */
async function printPerson({ visits, corrections }: Agnize, person: SubjectSummary): Promise<void> {
  const [visited, corrected] = await Promise.all([
    visits.list({ limit: Number.MAX_SAFE_INTEGER, subjectId: person.id }),
    corrections.list(),
  ])
  const own = corrected.filter(({ subject }) => subject.id === person.id)
  const [last] = visited
  const metadata = Object.entries(person.metadata).map(
    ([field, value]) => `${field}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  const fields: [string, string | null][] = [
    ['id', person.id],
    ['external id', person.externalId],
    ['since', person.createdAt.slice(0, 10)],
    ['tags', person.tags.join(', ')],
    ['metadata', metadata.join(', ')],
    ['purpose', person.purpose],
    ['consent', person.consentedAt?.slice(0, 10) ?? null],
    ['kept until', person.keepUntil?.slice(0, 10) ?? null],
    [
      'visits',
      last
        ? `${visited.length.toLocaleString('en')}, the last at ${last.camera} on ${last.lastAt.slice(0, 16).replace('T', ' ')}`
        : '0',
    ],
    ['corrections', String(own.length)],
    ['photos', String(person.templates)],
  ]
  print(colors.bold(person.name))
  printTable(
    ['', ''],
    fields.map(([field, value]) => [{ text: field, color: colors.dim }, textCell(value)]),
    { withHeadings: false },
  )
}

function printPhotos(photos: readonly ShownPhoto[]): void {
  print()
  printTable(
    ['photo', 'face at', 'quality', 'enrolled', 'source', 'picture', 'id'],
    photos.map((each) => [
      textCell(each.photo),
      boxInWords(each.box),
      numberCell(each.quality, 2),
      dateCell(each.createdAt),
      `${each.camera ?? each.source}${each.isAside ? ', set aside' : ''}`,
      each.cropBytes === null ? 'none' : `${Math.ceil(each.cropBytes / 1000)} kB`,
      each.template ?? each.id,
    ]),
  )
}

function printPhotosAsCsv(photos: readonly ShownPhoto[]): void {
  printCsv(
    [
      ...['photo', ...boxColumns, 'quality', 'enrolled', 'source', 'camera', 'set aside'],
      ...['crop bytes', 'template', 'face', 'models'],
    ],
    photos.map((each) => [
      ...[each.photo, ...boxFields(each.box), numberCell(each.quality, 3), each.createdAt],
      ...[each.source, each.camera ?? '', String(each.isAside), each.cropBytes ?? ''],
      ...[each.template ?? '', each.id, each.models.join(' ')],
    ]),
  )
}
