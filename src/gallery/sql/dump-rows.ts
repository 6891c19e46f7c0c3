import { z } from 'zod'
import { isProtection } from '../vault.js'
import type { Schema } from './tables.js'

/** Text without NUL characters, which PostgreSQL rejects. */
const text = z.string().refine((value) => !value.includes('\0'), 'holds a zero character')
/** An id, restricted to characters that are safe in the names of files and tables. */
const id = z.string().regex(/^[A-Za-z0-9-]{1,64}$/)
const count = z.int().min(0)
const bytes = z.instanceof(Uint8Array)
const jsonObject = text.refine((value) => {
  try {
    const json: unknown = JSON.parse(value)
    return typeof json === 'object' && json !== null && !Array.isArray(json)
  } catch {
    return false
  }
}, 'is not a JSON object')

/** A column that older backups lack. */
const addedLater = <T extends z.ZodType>(schema: T) => schema.nullable().optional()

/** The gallery's row in the header of a backup. */
export const galleryRow = z.strictObject({
  id,
  name: text,
  version: count,
  next_key: count,
  people: count,
  templates: count,
  removals_from: count,
  protection: addedLater(text.refine(isProtection, 'is not a protection record')),
  purpose: addedLater(text),
  keep_days: addedLater(count),
  greeting_phrase: addedLater(text),
  greeting_again: addedLater(count),
  visits_recording: addedLater(count),
  visits_days: addedLater(count),
  references_most: addedLater(count),
  references_adapting: addedLater(count),
  detector: addedLater(text),
  created_at: text,
})

const face = {
  id: text,
  subject_id: text,
  photo: text,
  photo_hash: text,
  x: z.int(),
  y: z.int(),
  width: z.int(),
  height: z.int(),
  padded: bytes,
  aligned: bytes.optional(),
  created_at: text,
}

/** Backups before schema 7 hold a second crop of each face, `aligned`, which is not restored. */
const withoutAligned = <Row extends { aligned?: unknown }>({ aligned: _, ...row }: Row) => row

/** Schemas of a backup's rows by table, without the gallery's id. A backup holds no other tables. */
export const rowSchemas = {
  gallery_models: z.strictObject({
    model: text,
    dimensions: z.int().min(1),
    role: z.enum(['active', 'next', 'previous']),
    cohort: addedLater(text),
  }),
  removed_subjects: z.strictObject({ key: count, version: count }),
  backups: z.strictObject({
    id: text,
    path: text,
    at: text,
    version: count,
    kind: addedLater(text),
  }),
  calibrations: z.strictObject({ model: text, calibration: jsonObject, created_at: text }),
  subjects: z.strictObject({
    id: text,
    key: count,
    name: text,
    external_id: text.nullable(),
    metadata: jsonObject,
    purpose: text.nullable(),
    consented_at: text.nullable(),
    keep_until: text.nullable(),
    templates: count,
    changed: count,
    created_at: text,
  }),
  subject_labels: z.strictObject({
    subject_id: text,
    kind: z.enum(['tag', 'field']),
    label: text,
  }),
  crops: z
    .strictObject({ ...face, skipped_by: addedLater(text), origin: addedLater(jsonObject) })
    .transform(withoutAligned),
  templates: z.strictObject({
    id: text,
    key: count,
    subject_id: text,
    crop_id: text,
    model: text,
    vector: bytes,
    quality: z.number().min(0).max(1),
    created_at: text,
  }),
  corrections: z.strictObject({ ...face, kind: z.enum(['not', 'same']) }).transform(withoutAligned),
  correction_vectors: z.strictObject({ correction_id: text, model: text, vector: bytes }),
  different_people: z.strictObject({ subject_id: text, other_id: text, created_at: text }),
  decision_logs: z.strictObject({
    recording: count,
    days: count.nullable(),
    faces: count,
    anchor: text,
    newest: count,
  }),
  decisions: z.strictObject({
    number: count,
    at: text,
    payload: jsonObject.nullable(),
    face: bytes.nullable(),
    payload_hash: text,
    hash: text,
  }),
  decision_subjects: z.strictObject({ number: count, subject_id: text }),
  audit_log: z.strictObject({
    number: count,
    at: text,
    actor: text,
    action: text,
    subject_id: text.nullable(),
    details: jsonObject,
    hash: text,
  }),
} as const satisfies Partial<Record<keyof Schema, z.ZodType>>

/** A table whose rows a backup holds. */
export type DumpedTable = keyof typeof rowSchemas
