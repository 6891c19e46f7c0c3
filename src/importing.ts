import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { keptFace } from './corrections.js'
import { AgnizeError, concernsOnePhoto, throwIfCancelled } from './errors.js'
import { chooseFace } from './faces/choose.js'
import type { Crops, Face } from './faces/face.js'
import { normalise } from './faces/vectors.js'
import { type ReadArchiveOptions, readArchive } from './gallery/archive/archive-file.js'
import { checkedLines, type ExportLine } from './gallery/archive/portable.js'
import type { NamedTemplate, Store } from './gallery/store.js'
import { subjectDetails } from './gallery/subject-details.js'
import { subjectName } from './gallery/subject-name.js'
import { inOrder } from './in-order.js'
import { modelId } from './models/card.js'
import type { Opened } from './opened.js'
import type { WorkOptions } from './options.js'

/** What came of an import. */
export interface Imported {
  /** Faces that are new to the gallery. */
  readonly added: number
  /** Faces that it had already; nothing was doubled. */
  readonly known: number
  /** Corrections that are new to it. */
  readonly corrections: number
  /** What was left out, and why. */
  readonly refused: readonly { readonly what: string; readonly reason: string }[]
}

/** Options of imports. */
export interface ImportOptions extends WorkOptions {
  /** Told how many faces are done; `total` is null where it is not known. */
  readonly onProgress?: (done: number, total: number | null) => void
}

/** Entries that are written in one transaction. */
const batch = 200

type Kept = Extract<ExportLine, { type: 'face' }>
type KeptCorrectionLine = Extract<ExportLine, { type: 'correction' }>
type SubjectLine = Extract<ExportLine, { type: 'subject' }>

/** Takes in what `exportGallery` wrote. Faces of another model are embedded anew from their crops. */
export async function importArchive(
  opened: Opened,
  path: string,
  options: ImportOptions & ReadArchiveOptions = {},
): Promise<Imported> {
  // Read to its end once before anything is taken from it: half of a damaged file is not wanted.
  const card = await opened.card()
  const known = new Map([[modelId(card), card.dimensions]])
  for await (const _ of checkedLines(readArchive(path, options), known)) {
    throwIfCancelled(options.signal)
  }
  const { store } = await opened.gallery()
  const writer = new ImportWriter(store, options)
  let model = (await store.state()).model
  for await (const line of checkedLines(readArchive(path, options))) {
    throwIfCancelled(options.signal)
    if (line.type === 'agnize export') model ??= line.model
    else if (line.type === 'subject') await writer.subject(line)
    else if (line.type === 'face') await importFace(opened, writer, line, model)
    else if (line.type === 'correction') await importCorrection(opened, writer, line, model)
    else if (!(await store.calibrations.get(line.model))) {
      await store.calibrations.set(line.model, line.calibration)
    }
  }
  return writer.finish()
}

async function importFace(
  opened: Opened,
  writer: ImportWriter,
  { subject, templates, padded, aligned, photo, photoHash, box }: Kept,
  model: string | null,
): Promise<void> {
  const what = `${photo} of ${subject}`
  const embedded = await vectorOf(opened, templates, padded, model)
  if (!embedded) {
    writer.refuse(what, `it has no template of ${model}, and no crop to make one of`)
    return
  }
  const quality = Math.min(embedded.quality, ...templates.map(({ quality }) => quality))
  if (quality === 0) {
    writer.refuse(what, 'its quality scores 0, so that it is like strangers: enrol a better photo')
    return
  }
  const empty = new Uint8Array(0)
  await writer.face(subject, {
    ...{ model: embedded.model, vector: embedded.vector, quality },
    photo,
    photoHash,
    box,
    crops: { aligned: aligned ?? empty, padded: padded ?? empty },
  })
}

async function importCorrection(
  opened: Opened,
  writer: ImportWriter,
  { subject, templates, padded, aligned, photo, photoHash, box, kind }: KeptCorrectionLine,
  model: string | null,
): Promise<void> {
  const embedded = await vectorOf(opened, templates, padded, model)
  if (!embedded || embedded.quality === 0 || !padded || !aligned) return
  await writer.correction(subject, {
    ...{
      model: embedded.model,
      vector: embedded.vector,
      kind,
      photo,
      photoHash,
      box,
      crops: { aligned, padded },
    },
  })
}

/** What a model made of a face, or makes of what was kept of it, with the quality that it has there. */
async function vectorOf(
  opened: Opened,
  templates: readonly { readonly model: string; readonly vector: Float32Array }[],
  padded: Uint8Array | null,
  model: string | null,
): Promise<{ model: string; vector: Float32Array; quality: number } | undefined> {
  const own = templates.find((template) => template.model === model)
  if (own) {
    const { model, vector } = own
    // Whoever wrote the file may have rounded.
    if (Math.abs(normalise(vector) - 1) < 0.01) return { model, vector, quality: 1 }
  }
  if (!padded) return undefined
  const inUse = modelId(await opened.card())
  if (model !== null && model !== inUse) return undefined
  // A picture that cannot be read is one without a face.
  const face = await keptFace(opened, padded).catch((error: unknown) => {
    if (concernsOnePhoto(error)) return undefined
    throw error
  })
  return face
    ? { model: inUse, vector: face.embedding.vector, quality: face.quality.score }
    : undefined
}

/** Writes what is imported, some at a time. */
class ImportWriter {
  readonly #store: Store
  readonly #options: ImportOptions
  readonly #refused: { what: string; reason: string }[] = []
  readonly #since = new Map<string, string>()
  #waiting: NamedTemplate[] = []
  #added = 0
  #known = 0
  #corrections = 0
  #before: Set<string> | undefined

  constructor(store: Store, options: ImportOptions) {
    this.#store = store
    this.#options = options
  }

  refuse(what: string, reason: string): void {
    this.#refused.push({ what, reason })
  }

  /** Somebody who is in the gallery already keeps what is said of them there. */
  async subject({ type: _, name, createdAt, ...details }: SubjectLine): Promise<void> {
    const known = subjectName(name)
    const exists = await this.#exists(known)
    this.#since.set(known, createdAt)
    if (exists) return
    const checked = subjectDetails(details)
    try {
      await this.#store.create(known, { since: createdAt, details: checked })
    } catch (error) {
      if (!(error instanceof AgnizeError) || error.code !== 'subject-exists') throw error
      const { externalId: _, ...rest } = checked
      await this.#store.create(known, { since: createdAt, details: rest })
      this.refuse(`the external id of ${known}`, 'somebody else has it')
    }
  }

  async face(name: string, template: NamedTemplate['template']): Promise<void> {
    const known = subjectName(name)
    const since = this.#since.get(known)
    this.#waiting.push({ name: known, template, ...(since && { since }) })
    if (this.#waiting.length >= batch) await this.#write()
  }

  async correction(
    name: string,
    correction: Parameters<Store['corrections']['add']>[1],
  ): Promise<void> {
    await this.#write()
    const known = await this.#store.corrections.list()
    const { photoHash, kind } = correction
    const same = known.some(
      (each) =>
        each.photoHash === photoHash &&
        each.kind === kind &&
        each.subject.name === subjectName(name) &&
        each.box.x === correction.box.x,
    )
    if (same) return
    await this.#store.corrections.add(subjectName(name), correction)
    this.#corrections++
  }

  async finish(): Promise<Imported> {
    await this.#write()
    const { added, known, corrections } = {
      added: this.#added,
      known: this.#known,
      corrections: this.#corrections,
    }
    await this.#store.audit.append({
      action: 'import',
      subjectId: null,
      details: { added, known, corrections },
    })
    return { added, known, corrections, refused: this.#refused }
  }

  async #write(): Promise<void> {
    const entries = this.#waiting
    this.#waiting = []
    if (entries.length === 0) return
    const results = await this.#store.addEach(entries)
    for (const [i, { outcome, subject }] of results.entries()) {
      if (outcome === 'added') this.#added++
      else {
        this.#known++
        const { name, template } = entries[i]!
        if (subject.name !== name) {
          this.refuse(`${template.photo} of ${name}`, `this face is enrolled as ${subject.name}`)
        }
      }
    }
    this.#options.onProgress?.(this.#added + this.#known, null)
  }

  async #exists(name: string): Promise<boolean> {
    this.#before ??= new Set((await this.#store.subjects()).map((subject) => subject.name))
    return this.#before.has(name)
  }
}

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
 * Takes in the people of face-api.js: `LabeledFaceDescriptors` as JSON. Their descriptors are of a network of their own
 * and kept as such, so the gallery must be empty or hold others of the same.
 */
export async function importFaceApi(
  opened: Opened,
  path: string,
  options: ImportOptions = {},
): Promise<Imported> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new AgnizeError('photo-not-found', `There is no file ${path}: check the path.`, { cause })
  })
  const people = readDescriptors(text, path)
  // Before anything is taken from it: half of a file is not wanted.
  for (const { label } of people) subjectName(label)
  const { store } = await opened.gallery()
  const writer = new ImportWriter(store, options)
  for (const { label, descriptors } of people) {
    throwIfCancelled(options.signal)
    for (const descriptor of descriptors) {
      const vector = Float32Array.from(descriptor)
      normalise(vector)
      const empty = new Uint8Array(0)
      await writer.face(label, {
        model: faceApiModel,
        vector,
        quality: 0.5,
        photo: '',
        photoHash: createHash('sha256').update(JSON.stringify(descriptor)).digest('hex'),
        box: { x: 0, y: 0, width: 1, height: 1 },
        crops: { aligned: empty, padded: empty },
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
    // Said below.
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

const facesPage = z.object({
  faces: z.array(z.object({ image_id: z.string(), subject: z.string() })),
  total_pages: z.number(),
  total_elements: z.number(),
})

/** What came of a face of a CompreFace. */
type Fetched =
  | 'known'
  | { readonly refused: string; readonly reason: string }
  | {
      readonly name: string
      readonly photo: string
      readonly face: Face
      readonly crops: Crops
      readonly sha256: string
    }

/** Photos that are fetched and worked on at a time. */
const fetchedAtATime = 4

/**
 * Takes in the faces of a running CompreFace: lists them, fetches their images and embeds them anew. An import that was
 * broken off goes on where it was.
 *
 * @param url - Of the installation, such as `http://localhost:8000`.
 * @param key - Of a recognition service.
 */
export async function importCompreFace(
  opened: Opened,
  url: string,
  key: string,
  options: ImportOptions = {},
): Promise<Imported> {
  const { store } = await opened.gallery()
  const writer = new ImportWriter(store, options)
  const photos = new Map<string, Set<string>>()
  const had = async (name: string) => {
    const known = photos.get(name)
    if (known) return known
    const own = await store.templatesOf(name).catch((error: unknown) => {
      if (error instanceof AgnizeError && error.code === 'unknown-subject') return []
      throw error
    })
    const names = new Set(own.map(({ photo }) => photo))
    photos.set(name, names)
    return names
  }
  let [done, known, total] = [0, 0, 0]
  async function* listed() {
    for (let page = 0; ; page++) {
      const path = `/api/v1/recognition/faces?page=${page}&size=100`
      const answer = facesPage.safeParse(await (await ask(url, path, key)).json().catch(() => null))
      if (!answer.success) {
        throw new AgnizeError(
          'download-failed',
          `${url} does not answer like CompreFace: give the address of its API, such as http://localhost:8000.`,
        )
      }
      total = answer.data.total_elements
      yield* answer.data.faces
      if (page + 1 >= answer.data.total_pages || answer.data.faces.length === 0) return
    }
  }
  const faces = inOrder(
    listed(),
    fetchedAtATime,
    async ({ image_id, subject }): Promise<Fetched> => {
      throwIfCancelled(options.signal)
      const photo = `${image_id}.jpg`
      try {
        const name = subjectName(subject)
        if ((await had(name)).has(photo)) return 'known'
        const path = `/api/v1/recognition/faces/${encodeURIComponent(image_id)}/img`
        const bytes = new Uint8Array(await (await ask(url, path, key)).arrayBuffer())
        const { faces, crops, sha256 } = await opened.analysis(bytes, {}, true)
        const face = chooseFace(faces, {})
        return { name, photo, face, crops: crops[faces.indexOf(face)]!, sha256 }
      } catch (error) {
        if (!concernsOnePhoto(error) && (error as AgnizeError).code !== 'bad-name') throw error
        return { refused: `${image_id} of ${subject}`, reason: (error as AgnizeError).message }
      }
    },
  )
  for await (const each of faces) {
    options.onProgress?.(++done, total)
    if (each === 'known') known++
    else if ('refused' in each) writer.refuse(each.refused, each.reason)
    else {
      const { name, photo, face, crops, sha256 } = each
      const { embedding, quality, box } = face
      const { model, vector } = embedding
      await writer.face(name, {
        ...{ model, vector, quality: quality.score, photo, photoHash: sha256, box, crops },
      })
    }
  }
  const imported = await writer.finish()
  return { ...imported, known: imported.known + known }
}

/** Redirects that are followed, on the same host. */
const mostRedirects = 5

async function ask(url: string, path: string, key: string): Promise<Response> {
  let address = new URL(path, url)
  let response: Response
  for (let redirects = 0; ; redirects++) {
    try {
      response = await fetch(address, {
        headers: { 'x-api-key': key },
        signal: AbortSignal.timeout(60_000),
        redirect: 'manual',
      })
    } catch (cause) {
      throw new AgnizeError(
        'download-failed',
        `CompreFace at ${url} does not answer: check the address, and that it runs.`,
        { cause },
      )
    }
    const location = response.headers.get('location')
    if (response.status < 300 || response.status >= 400 || location === null) break
    await response.body?.cancel()
    address = redirected(address, location, redirects)
  }
  if (response.ok) return response
  throw new AgnizeError(
    'download-failed',
    (await refusesKey(response))
      ? 'CompreFace refused the key: give that of a recognition service.'
      : response.status === 404
        ? `There is no ${path.split('?')[0]} at ${url}, or CompreFace does not know the key: check both.`
        : `CompreFace answered ${response.status} to ${path.split('?')[0]}: try again.`,
  )
}

/** Where a redirect leads. @throws AgnizeError `download-failed` for another host, which is not to learn the key. */
function redirected(from: URL, location: string, redirects: number): URL {
  const to = URL.canParse(location, from) ? new URL(location, from) : undefined
  if (to?.origin === from.origin && redirects < mostRedirects) return to
  throw new AgnizeError(
    'download-failed',
    to && to.origin !== from.origin
      ? `CompreFace at ${from.origin} sends on to ${to.origin}, which the key is not given to: if that is right, name that address.`
      : `CompreFace at ${from.origin} redirects without an end: check the address.`,
  )
}

/** Codes of CompreFace for a key that is unknown (with 404), missing, or no key (both with 400). */
const keyRefused: readonly unknown[] = [10, 20, 26]

async function refusesKey(response: Response): Promise<boolean> {
  if (response.status === 401 || response.status === 403) return true
  const { code } = ((await response.json().catch(() => null)) ?? {}) as { code?: unknown }
  return keyRefused.includes(code)
}
