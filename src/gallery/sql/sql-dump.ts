import type { Kysely } from 'kysely'
import type { ArchiveLine } from '../archive/archive-file.js'
import { checksumColumn } from './checksums.js'
import type { DumpedTable } from './dump-rows.js'
import { batchSize } from './rows.js'
import type { Schema } from './tables.js'

/** Version of the dump's schema; a release reads the versions that it knows. */
export const schemaVersion = 8

/** Subjects whose rows, including crops, are read at a time. Judgment. */
const subjectBatchSize = 100

/** Header of a dump. */
export interface DumpHeader {
  readonly type: 'agnize backup'
  readonly version: 1
  readonly schema: number
  /** ISO 8601, UTC. */
  readonly at: string
  readonly gallery: Schema['galleries']
}

/** Tables that reference subjects; tables that others reference come first. */
const subjectTables = ['subject_labels', 'crops', 'templates', 'corrections'] as const

/** Every row of a gallery, sealed where it is sealed, without the subjects' keys. */
export async function* dumpRows(
  db: Kysely<Schema>,
  galleryId: string,
): AsyncGenerator<ArchiveLine, void, undefined> {
  const { [checksumColumn]: _, ...gallery } = (await db
    .selectFrom('galleries')
    .selectAll()
    .where('id', '=', galleryId)
    .executeTakeFirstOrThrow()) as Schema['galleries'] & { [checksumColumn]?: number }
  const header: DumpHeader = {
    type: 'agnize backup',
    version: 1,
    schema: schemaVersion,
    at: new Date().toISOString(),
    gallery,
  }
  yield { ...header }
  for (const table of ['gallery_models', 'removed_subjects', 'backups', 'calibrations'] as const) {
    const rows = await db
      .selectFrom(table)
      .selectAll()
      .where('gallery_id', '=', galleryId)
      .execute()
    for (const row of rows) yield lineOf(table, row)
  }
  for (let after = 0; ; ) {
    const subjects = await db
      .selectFrom('subjects')
      .selectAll()
      .where('gallery_id', '=', galleryId)
      .where('key', '>', after)
      .orderBy('key')
      .limit(subjectBatchSize)
      .execute()
    for (const row of subjects) yield lineOf('subjects', row)
    if (subjects.length > 0)
      yield* dependentRows(
        db,
        galleryId,
        subjects.map(({ id }) => id),
      )
    if (subjects.length < subjectBatchSize) break
    after = subjects.at(-1)!.key
  }
  // Their rows reference two subjects, so they follow all of them.
  const different = await db
    .selectFrom('different_people')
    .selectAll()
    .where('gallery_id', '=', galleryId)
    .execute()
  for (const row of different) yield lineOf('different_people', row)
  yield* logRows(db, galleryId)
}

async function* dependentRows(
  db: Kysely<Schema>,
  galleryId: string,
  subjectIds: string[],
): AsyncGenerator<ArchiveLine> {
  const corrections: string[] = []
  for (const table of subjectTables) {
    const rows = await db
      .selectFrom(table)
      .selectAll()
      .where('gallery_id', '=', galleryId)
      .where('subject_id', 'in', subjectIds)
      .execute()
    for (const row of rows) {
      if (table === 'corrections') corrections.push((row as Schema['corrections']).id)
      yield lineOf(table, row)
    }
  }
  if (corrections.length === 0) return
  const vectors = await db
    .selectFrom('correction_vectors')
    .selectAll()
    .where('gallery_id', '=', galleryId)
    .where('correction_id', 'in', corrections)
    .execute()
  for (const row of vectors) yield lineOf('correction_vectors', row)
}

async function* logRows(db: Kysely<Schema>, galleryId: string): AsyncGenerator<ArchiveLine> {
  const log = await db
    .selectFrom('decision_logs')
    .selectAll()
    .where('gallery_id', '=', galleryId)
    .executeTakeFirst()
  if (log) yield lineOf('decision_logs', log)
  for (const table of ['decisions', 'audit_log'] as const) {
    for (let after = 0; ; ) {
      const rows = await db
        .selectFrom(table)
        .selectAll()
        .where('gallery_id', '=', galleryId)
        .where('number', '>', after)
        .orderBy('number')
        .limit(batchSize)
        .execute()
      for (const row of rows) yield lineOf(table, row)
      if (table === 'decisions' && rows.length > 0) {
        const named = await db
          .selectFrom('decision_subjects')
          .selectAll()
          .where('gallery_id', '=', galleryId)
          .where('number', '>', after)
          .where('number', '<=', rows.at(-1)!.number)
          .execute()
        for (const row of named) yield lineOf('decision_subjects', row)
      }
      if (rows.length < batchSize) break
      after = rows.at(-1)!.number
    }
  }
}

/** A row as JSON: bytes are base64, under a field name of their own. */
function lineOf(table: DumpedTable, row: object): ArchiveLine {
  const values = Object.entries(row)
    .filter(([name]) => name !== 'gallery_id' && name !== checksumColumn)
    .map(([name, value]) =>
      value instanceof Uint8Array
        ? [`${name}:base64`, Buffer.from(value).toString('base64')]
        : [name, value],
    )
  return { type: table, ...Object.fromEntries(values) }
}
