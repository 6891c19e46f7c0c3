import { isPhotoError, throwIfCanceled } from '../../base/errors.js'
import { normalize } from '../../faces/vectors.js'
import { type ReadArchiveOptions, readArchive } from '../../gallery/archive/archive-file.js'
import { checkedLines, type ExportLine } from '../../gallery/archive/portable.js'
import { modelId } from '../../models/card.js'
import type { GallerySession } from '../../session/gallery-session.js'
import { keptFace } from '../corrected-faces.js'
import { type Imported, type ImportOptions, ImportWriter } from './import-writer.js'

type Kept = Extract<ExportLine, { type: 'face' }>
type KeptCorrectionLine = Extract<ExportLine, { type: 'correction' }>

/** Imports an archive of `GalleryAdmin.export`. Faces of another model are embedded again from their crops. */
export async function importArchive(
  session: GallerySession,
  path: string,
  options: ImportOptions & ReadArchiveOptions = {},
): Promise<Imported> {
  // A first pass validates the whole file: a damaged file must not be half imported.
  const card = await session.card()
  const known = new Map([[modelId(card), card.dimensions]])
  for await (const _ of checkedLines(readArchive(path, options), known)) {
    throwIfCanceled(options.signal)
  }
  const { store } = await session.gallery()
  await using writer = new ImportWriter(store, options)
  let model = (await store.state()).model
  for await (const line of checkedLines(readArchive(path, options))) {
    throwIfCanceled(options.signal)
    if (line.type === 'agnize export') model ??= line.model
    else if (line.type === 'subject') await writer.subject(line)
    else if (line.type === 'face') await importFace(session, writer, line, model)
    else if (line.type === 'correction') await importCorrection(session, writer, line, model)
    else if (!(await store.calibrations.get(line.model))) {
      await store.calibrations.set(line.model, line.calibration)
    }
  }
  return writer.finish()
}

async function importFace(
  session: GallerySession,
  writer: ImportWriter,
  { subject, templates, padded, photo, photoHash, box }: Kept,
  model: string | null,
): Promise<void> {
  const what = `${photo} of ${subject}`
  const embedded = await vectorOf(session, templates, padded, model)
  if (!embedded) {
    writer.refuse(what, `it has no template of ${model}, and no crop to compute one from`)
    return
  }
  const quality = Math.min(embedded.quality, ...templates.map(({ quality }) => quality))
  if (quality === 0) {
    writer.refuse(
      what,
      'its quality score is 0, so it cannot be told apart from strangers: enroll a better photo',
    )
    return
  }
  await writer.face(subject, {
    ...{ model: embedded.model, vector: embedded.vector, quality },
    photo,
    photoHash,
    box,
    crop: padded ?? new Uint8Array(0),
  })
}

async function importCorrection(
  session: GallerySession,
  writer: ImportWriter,
  { subject, templates, padded, photo, photoHash, box, kind }: KeptCorrectionLine,
  model: string | null,
): Promise<void> {
  const embedded = await vectorOf(session, templates, padded, model)
  if (!embedded || embedded.quality === 0 || !padded) return
  await writer.correction(subject, {
    ...{
      model: embedded.model,
      vector: embedded.vector,
      kind,
      photo,
      photoHash,
      box,
      crop: padded,
    },
  })
}

/** The archive's template of the model in use, or a new embedding of the kept crop, with its quality. */
async function vectorOf(
  session: GallerySession,
  templates: readonly { readonly model: string; readonly vector: Float32Array }[],
  padded: Uint8Array | null,
  model: string | null,
): Promise<{ model: string; vector: Float32Array; quality: number } | undefined> {
  const own = templates.find((template) => template.model === model)
  if (own) {
    const { model, vector } = own
    // The program that wrote the file may have rounded.
    if (Math.abs(normalize(vector) - 1) < 0.01) return { model, vector, quality: 1 }
  }
  if (!padded) return undefined
  const inUse = modelId(await session.card())
  if (model !== null && model !== inUse) return undefined
  // A crop that cannot be read counts as one without a face.
  const face = await keptFace(session, padded).catch((error: unknown) => {
    if (isPhotoError(error)) return undefined
    throw error
  })
  return face
    ? { model: inUse, vector: face.embedding.vector, quality: face.quality.score }
    : undefined
}
