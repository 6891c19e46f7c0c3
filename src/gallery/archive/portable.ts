import { z } from 'zod'
import { AgnizeError } from '../../errors.js'
import type { Crops } from '../../faces/face.js'
import type { KeptCorrection, KeptFace, Store, SubjectSummary } from '../store.js'
import { toBytes, toFloats } from '../vault.js'
import type { ArchiveLine } from './archive-file.js'

/** Subjects that are read at a time. */
const page = 200

/**
 * A gallery for another place, open to read: subjects, faces with crops and templates, corrections, calibrations. Logs and
 * keys stay.
 */
export async function* exportLines(
  store: Store,
  name: string,
): AsyncGenerator<ArchiveLine, void, undefined> {
  const { model } = await store.state()
  yield { type: 'agnize export', version: 1, at: new Date().toISOString(), gallery: name, model }
  for (let after: string | undefined; ; ) {
    const subjects = await store.subjects({
      limit: page,
      ...(after !== undefined && { after }),
    })
    for (const subject of subjects) yield* subjectLines(store, subject)
    if (subjects.length < page) break
    after = subjects.at(-1)!.name
  }
  if (!model) return
  const calibration = await store.calibrations.get(model)
  if (calibration) yield { type: 'calibration', model, calibration }
}

/** One subject with all that is kept of it. */
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

function faceLine(subject: string, { id: _, crops, templates, ...face }: KeptFace): ArchiveLine {
  return {
    type: 'face',
    subject,
    ...face,
    ...cropsJson(crops),
    templates: templates.map(({ model, vector, quality }) => ({
      model,
      quality,
      vector: base64(toBytes(vector)),
    })),
  }
}

function correctionLine({ id: _, crops, vectors, subject, ...rest }: KeptCorrection): ArchiveLine {
  return {
    type: 'correction',
    subject: subject.name,
    ...rest,
    ...cropsJson(crops),
    templates: vectors.map(({ model, vector }) => ({ model, vector: base64(toBytes(vector)) })),
  }
}

const cropsJson = (crops: Crops | null) => ({
  aligned: crops && base64(crops.aligned),
  padded: crops && base64(crops.padded),
})

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

const text = z.string()
const bytes = z.base64().transform((value) => new Uint8Array(Buffer.from(value, 'base64')))
const vector = bytes
  .refine((value) => value.length > 0 && value.length % 4 === 0)
  .transform(toFloats)
const box = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() })
const kept = {
  subject: text,
  photo: text,
  photoHash: text,
  box,
  createdAt: text,
  aligned: bytes.nullable(),
  padded: bytes.nullable(),
}

/** The lines of an export, as an import takes them. */
const lineSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('agnize export'),
    version: z.number(),
    at: text,
    gallery: text,
    model: text.nullable(),
  }),
  z.object({
    type: z.literal('subject'),
    name: text,
    externalId: text.nullable(),
    metadata: z.record(text, z.json()),
    tags: z.array(text),
    purpose: text.nullable(),
    consentedAt: text.nullable(),
    keepUntil: text.nullable(),
    createdAt: text,
  }),
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
  z.object({ type: z.literal('calibration'), model: text, calibration: z.json() }),
])

/** A checked line of an export. */
export type ExportLine = z.output<typeof lineSchema>

/** Checks the lines of an export. @throws AgnizeError `archive-damaged`, `gallery-too-new`. */
export async function* checkedLines(
  lines: AsyncIterable<ArchiveLine>,
): AsyncGenerator<ExportLine, void, undefined> {
  let number = 0
  for await (const line of lines) {
    number++
    if (number === 1 && line.type !== 'agnize export') {
      throw new AgnizeError(
        'archive-damaged',
        line.type === 'agnize backup'
          ? 'This is a backup: "agnize gallery restore" puts it back.'
          : 'This is no export of a gallery.',
      )
    }
    const checked = lineSchema.safeParse(line)
    if (!checked.success) {
      throw new AgnizeError(
        'archive-damaged',
        `Line ${number} of the export is not as it should be (${z.prettifyError(checked.error).split('\n')[0]}).`,
      )
    }
    if (checked.data.type === 'agnize export' && checked.data.version > 1) {
      throw new AgnizeError(
        'gallery-too-new',
        'The export was made by a newer version of agnize: update agnize.',
      )
    }
    yield checked.data
  }
}
