import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { AgnizeError, throwIfCanceled } from '../../base/errors.js'
import { normalize } from '../../faces/vectors.js'
import { subjectName } from '../../gallery/subject-name.js'
import type { GallerySession } from '../../session/gallery-session.js'
import { type Imported, type ImportOptions, ImportWriter } from './import-writer.js'

/** The model of face-api.js' descriptors, which are dlib's. */
export const faceApiModel = 'face-api.js descriptor'

const labeledDescriptors = z.array(
  z.object({
    label: z.string(),
    descriptors: z
      .array(
        z
          .array(z.number())
          .min(2)
          .refine((values) => values.some((value) => value !== 0)),
      )
      .min(1),
  }),
)

/**
 * Imports the subjects of face-api.js: `LabeledFaceDescriptors` as JSON. The descriptors come from another network and are
 * kept as its templates, so the gallery must be empty or hold templates of the same network.
 */
export async function importFaceApi(
  session: GallerySession,
  path: string,
  options: ImportOptions = {},
): Promise<Imported> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new AgnizeError('photo-not-found', `There is no file ${path}: check the path.`, { cause })
  })
  const people = readDescriptors(text, path)
  // All names are validated before anything is written: a file must not be half imported.
  for (const { label } of people) subjectName(label)
  const { store } = await session.gallery()
  await using writer = new ImportWriter(store, options)
  for (const { label, descriptors } of people) {
    throwIfCanceled(options.signal)
    for (const descriptor of descriptors) {
      const vector = Float32Array.from(descriptor)
      normalize(vector)
      const empty = new Uint8Array(0)
      await writer.face(label, {
        model: faceApiModel,
        vector,
        quality: 0.5,
        photo: '',
        photoHash: createHash('sha256').update(JSON.stringify(descriptor)).digest('hex'),
        box: { x: 0, y: 0, width: 1, height: 1 },
        crop: empty,
      })
    }
  }
  return writer.finish()
}

function readDescriptors(text: string, path: string) {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    // Invalid JSON fails the schema check below.
  }
  const checked = labeledDescriptors.safeParse(Array.isArray(json) ? json : [json])
  const lengths = new Set(
    checked.data?.flatMap(({ descriptors }) => descriptors.map((d) => d.length)),
  )
  if (checked.success && lengths.size === 1) return checked.data
  throw new AgnizeError(
    'archive-damaged',
    `${path} holds no LabeledFaceDescriptors of face-api.js: give a JSON array of objects with label and descriptors, all of one length.`,
  )
}
