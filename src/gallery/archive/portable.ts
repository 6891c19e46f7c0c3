import { z } from 'zod'
import { AgnizeError } from '../../base/errors.js'
import { calibrationSchema } from '../../models/card-schema.js'
import type { KeptCorrection } from '../correction-store.js'
import type { KeptFace } from '../kept-face.js'
import type { Store } from '../store.js'
import type { SubjectSummary } from '../subject.js'
import { subjectDetails } from '../subject-details.js'
import { subjectName } from '../subject-name.js'
import { toBytes, toFloats } from '../vault.js'
import type { ArchiveLine } from './archive-file.js'

/** Version of the lines that are written; those of 1 also hold `aligned`, a second crop of each face. */
const exportVersion = 2

/** Subjects that are read at a time. Judgment. */
const pageSize = 200

/**
 * The lines of a portable, decrypted export: subjects, faces with their crops and templates, corrections, calibrations. Logs and
 * keys are not exported.
 */
export async function* exportLines(
  store: Store,
  name: string,
): AsyncGenerator<ArchiveLine, void, undefined> {
  const { model } = await store.state()
  const at = new Date().toISOString()
  yield { type: 'agnize export', version: exportVersion, at, gallery: name, model }
  for (let after: string | undefined; ; ) {
    const subjects = await store.subjects({
      limit: pageSize,
      ...(after !== undefined && { after }),
    })
    for (const subject of subjects) yield* subjectLines(store, subject)
    if (subjects.length < pageSize) break
    after = subjects.at(-1)!.name
  }
  if (!model) return
  const calibration = await store.calibrations.get(model)
  if (calibration) yield { type: 'calibration', model, calibration }
}

/** The lines of one subject with all of its data. */
export async function* subjectLines(
  store: Store,
  { id: _id, templates: _templates, ...subject }: SubjectSummary,
): AsyncGenerator<ArchiveLine, void, undefined> {
  yield { type: 'subject', ...subject }
  for (const face of await store.faces(subject.name)) yield faceLine(subject.name, face)
  for (const correction of await store.corrections.kept(subject.name)) {
    yield correctionLine(correction)
  }
}

function faceLine(subject: string, { id: _, crop, templates, ...face }: KeptFace): ArchiveLine {
  return {
    type: 'face',
    subject,
    ...face,
    padded: crop && base64(crop),
    templates: templates.map(({ model, vector, quality }) => ({
      model,
      quality,
      vector: base64(toBytes(vector)),
    })),
  }
}

function correctionLine({ id: _, crop, vectors, subject, ...rest }: KeptCorrection): ArchiveLine {
  return {
    type: 'correction',
    subject: subject.name,
    ...rest,
    padded: crop && base64(crop),
    templates: vectors.map(({ model, vector }) => ({ model, vector: base64(toBytes(vector)) })),
  }
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

/** Text without NUL characters, which PostgreSQL rejects. */
const text = z.string().refine((value) => !value.includes('\0'), 'holds a zero character')
const time = z.iso.datetime({ offset: true })
const name = text.transform((value, context) =>
  reportIssue(context, value, () => subjectName(value)),
)
const bytes = z.base64().transform((value) => new Uint8Array(Buffer.from(value, 'base64')))
const vector = bytes
  .refine(
    (value) => value.length > 0 && value.length % 4 === 0,
    'does not consist of 32-bit floats',
  )
  .transform(toFloats)
  .refine((value) => value.every(Number.isFinite), 'contains a value that is not a number')
const box = z.object({ x: z.int(), y: z.int(), width: z.int(), height: z.int() })
const kept = {
  subject: name,
  photo: text,
  photoHash: text,
  box,
  createdAt: time,
  padded: bytes.nullable(),
  /** Only in exports of version 1; it is not imported. */
  aligned: z.string().nullable().optional(),
}

/** Runs one of agnize's own checks in a schema, and reports its message as the issue. */
function reportIssue<T>(context: z.RefinementCtx, input: unknown, check: () => T): T {
  try {
    return check()
  } catch (error) {
    context.issues.push({ code: 'custom', message: (error as Error).message, input })
    return z.NEVER
  }
}

/** The lines of an export, as an import takes them. */
export const lineSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('agnize export'),
    version: z.number(),
    at: text,
    gallery: text,
    model: text.nullable(),
  }),
  z
    .object({
      type: z.literal('subject'),
      name,
      externalId: text.nullable(),
      metadata: z.record(text, z.json()),
      tags: z.array(text),
      purpose: text.nullable(),
      consentedAt: time.nullable(),
      keepUntil: time.nullable(),
      createdAt: time,
    })
    .transform((value, context) =>
      reportIssue(context, value, () => {
        const { externalId, metadata, tags, purpose, consentedAt, keepUntil } = value
        const details = { externalId, metadata, tags, purpose, consentedAt, keepUntil }
        return { ...value, ...(subjectDetails(details) as typeof details) }
      }),
    ),
  z.object({
    type: z.literal('face'),
    ...kept,
    templates: z.array(z.object({ model: text, quality: z.number().min(0).max(1), vector })),
  }),
  z.object({
    type: z.literal('correction'),
    ...kept,
    kind: z.enum(['not', 'same']),
    templates: z.array(z.object({ model: text, vector })),
  }),
  z.object({ type: z.literal('calibration'), model: text, calibration: calibrationSchema }),
])

/** A validated line of an export. */
export type ExportLine = z.output<typeof lineSchema>

/**
 * Validates the lines of an export.
 *
 * @param dimensions - Length of the vectors by model, where known; all vectors of one model must have the same length.
 * @throws AgnizeError `archive-damaged`, `gallery-too-new`.
 */
export async function* checkedLines(
  lines: AsyncIterable<ArchiveLine>,
  dimensions: ReadonlyMap<string, number> = new Map(),
): AsyncGenerator<ExportLine, void, undefined> {
  let number = 0
  const lengths = new Map(dimensions)
  const people = new Set<string>()
  for await (const line of lines) {
    number++
    if (number === 1 && line.type !== 'agnize export') {
      throw new AgnizeError(
        'archive-damaged',
        line.type === 'agnize backup'
          ? 'This is a backup, not an export: restore it with "agnize gallery restore".'
          : 'This is not an export of a gallery.',
      )
    }
    const checked = lineSchema.safeParse(line)
    if (!checked.success) {
      throw new AgnizeError(
        'archive-damaged',
        `Line ${number} of the export is invalid (${complaint(checked.error)}).`,
      )
    }
    const { data } = checked
    if (data.type === 'subject') people.add(data.name)
    else if (data.type === 'face') people.add(data.subject)
    else if (data.type === 'correction' && !people.has(data.subject)) {
      throw new AgnizeError(
        'archive-damaged',
        `Line ${number} of the export refers to ${JSON.stringify(data.subject)}, a person it does not contain.`,
      )
    }
    const templates = 'templates' in data ? data.templates : []
    for (const { model, vector } of templates) {
      const length = lengths.get(model) ?? vector.length
      lengths.set(model, length)
      if (vector.length === length) continue
      throw new AgnizeError(
        'archive-damaged',
        `Line ${number} of the export has a template of ${vector.length} numbers; templates of ${model} have ${length}.`,
      )
    }
    if (data.type === 'agnize export' && data.version > exportVersion) {
      throw new AgnizeError(
        'gallery-too-new',
        'The export was made by a newer version of agnize: update agnize.',
      )
    }
    yield data
  }
}

function complaint(error: z.ZodError): string {
  const { path, message } = error.issues[0]!
  return [path.join('.'), message.replace(/[.]$/, '')].filter((part) => part !== '').join(': ')
}
