import type { Insertable, Kysely } from 'kysely'
import { AgnizeError } from '../../base/errors.js'
import { iou } from '../../geometry/box.js'
import type { Subject } from '../subject.js'
import type { Added, NamedTemplate, NewTemplate } from '../template.js'
import { wrongModel } from '../wrong-model.js'
import { batchSize, newId, now, sameFaceIou } from './rows.js'
import { sealCrop } from './sealed-rows.js'
import type { Change, SqlGallery } from './sql-gallery.js'
import { subjectsById } from './subjects-by-id.js'
import type { Schema } from './tables.js'

/** Enrollment of faces into a gallery in a database. */
export class SqlEnrollment {
  readonly #gallery: SqlGallery

  constructor(gallery: SqlGallery) {
    this.#gallery = gallery
  }

  addEach(entries: readonly NamedTemplate[]): Promise<Added[]> {
    return this.#gallery.change(async (db, change) => {
      const added: Added[] = []
      for (let i = 0; i < entries.length; i += batchSize) {
        added.push(...(await this.#addSome(db, change, entries.slice(i, i + batchSize))))
      }
      return added
    })
  }

  async #addSome(
    db: Kysely<Schema>,
    change: Change,
    entries: readonly NamedTemplate[],
  ): Promise<Added[]> {
    const known = await this.#knownFaces(
      db,
      entries.map(({ template }) => template.photoHash),
    )
    // A repeated face is added once, and its repetition creates no subject.
    const seen: FaceOfPhoto[] = [...known]
    const fresh = entries.filter(({ template, repeated }) => {
      if (!repeated && seen.some((each) => isSameFace(each, template))) return false
      seen.push(template)
      return true
    })
    await this.#bindModel(
      db,
      fresh.map(({ template }) => template),
    )
    const subjects = await this.findOrCreateSubjects(db, change, fresh)
    const seals = await this.#gallery.seals(
      db,
      [...subjects.values()].map(({ id }) => id),
    )
    const created_at = now()
    const gallery_id = this.#gallery.id
    const enrolled = new Map<string, number>()
    const crops: Insertable<Schema['crops']>[] = []
    const templates: Schema['templates'][] = []
    const added = entries.map(({ name, template, repeated }): Added => {
      const before = repeated ? undefined : sameFaceIn(known, template)
      if (before) return { outcome: 'known', ...before }
      const subject = subjects.get(name)!
      const { box, photo, photoHash } = template
      const own = { gallery_id, subject_id: subject.id, created_at }
      const crop = { ...own, id: newId(), photo, photo_hash: photoHash, ...box }
      const seal = seals(subject.id)
      crops.push({ ...crop, padded: sealCrop(seal, template.crop, crop.id) })
      const templateId = newId()
      templates.push({
        ...own,
        id: templateId,
        key: change.newKey(),
        crop_id: crop.id,
        model: template.model,
        vector: seal.sealVector(template.vector, templateId),
        quality: template.quality,
      })
      change.touch(subject.id)
      enrolled.set(subject.id, (enrolled.get(subject.id) ?? 0) + 1)
      known.push({ photoHash, box, subject, templateId })
      return { outcome: 'added', subject, templateId }
    })
    if (crops.length > 0) {
      await db.insertInto('crops').values(crops).execute()
      await db.insertInto('templates').values(templates).execute()
    }
    for (const [id, templates] of enrolled) change.record('enroll', id, { templates })
    return added
  }

  /** Enrolled faces of the given photos. */
  async #knownFaces(db: Kysely<Schema>, photoHashes: string[]): Promise<KnownFace[]> {
    const crops = await db
      .selectFrom('crops')
      .select(['id', 'photo_hash', 'x', 'y', 'width', 'height'])
      .where('gallery_id', '=', this.#gallery.id)
      .where('photo_hash', 'in', [...new Set(photoHashes)])
      .execute()
    if (crops.length === 0) return []
    // Separate queries instead of a join: without statistics the planner may choose a bad join order.
    const templates = await db
      .selectFrom('templates')
      .select(['id', 'subject_id', 'crop_id'])
      .where('gallery_id', '=', this.#gallery.id)
      .where(
        'crop_id',
        'in',
        crops.map(({ id }) => id),
      )
      .execute()
    const subjects = await subjectsById(
      db,
      this.#gallery.id,
      templates.map(({ subject_id }) => subject_id),
    )
    const faces = new Map(crops.map(({ id, ...face }) => [id, face]))
    return templates.map(({ id, subject_id, crop_id }) => {
      const { photo_hash, ...box } = faces.get(crop_id)!
      return {
        photoHash: photo_hash,
        box,
        subject: subjects.get(subject_id)!,
        templateId: id,
      }
    })
  }

  /** Binds the gallery to the first template's model; a gallery that was emptied can bind to another one. */
  async #bindModel(db: Kysely<Schema>, templates: readonly NewTemplate[]): Promise<void> {
    const [first] = templates
    if (!first) return
    const other = templates.find(({ model }) => model !== first.model)
    if (other) throw wrongModel(first.model, other.model)
    const active = await this.#gallery.activeModel(db)
    const dimensions = active?.model === first.model ? active.dimensions : first.vector.length
    if (templates.some(({ vector }) => vector.length !== dimensions)) {
      throw new AgnizeError(
        'wrong-model',
        `A template of ${first.model} has ${dimensions} numbers, but one of these does not: compute it with that model.`,
      )
    }
    if (active?.model === first.model) return
    const models = () => db.deleteFrom('gallery_models').where('gallery_id', '=', this.#gallery.id)
    if (active) {
      const template = await db
        .selectFrom('templates')
        .select('id')
        .where('gallery_id', '=', this.#gallery.id)
        .limit(1)
        .executeTakeFirst()
      if (template) throw wrongModel(active.model, first.model)
      await models().execute()
    }
    await db
      .insertInto('gallery_models')
      .values({
        gallery_id: this.#gallery.id,
        model: first.model,
        dimensions: first.vector.length,
        role: 'active',
        cohort: this.#gallery.cohortOf(first.model),
      })
      .execute()
    await this.#gallery.recordDetector(db)
  }

  /** Subjects by name; missing ones are created. */
  async findOrCreateSubjects(
    db: Kysely<Schema>,
    change: Change,
    entries: readonly (Omit<NamedTemplate, 'template'> & {
      readonly columns?: Partial<Insertable<Schema['subjects']>>
    })[],
  ): Promise<Map<string, Subject>> {
    const byName = new Map(entries.map((entry) => [entry.name, entry]))
    const wanted = [...byName.keys()]
    if (wanted.length === 0) return new Map()
    const rows = await db
      .selectFrom('subjects')
      .select(['id', 'name'])
      .where('gallery_id', '=', this.#gallery.id)
      .where('name', 'in', wanted)
      .execute()
    const subjects = new Map(rows.map((row) => [row.name, row]))
    const missing = wanted.filter((name) => !subjects.has(name))
    const created_at = now()
    const made = missing.map((name) => ({
      gallery_id: this.#gallery.id,
      id: newId(),
      key: change.newKey(),
      name,
      metadata: '{}',
      templates: 0,
      changed: change.version,
      created_at: byName.get(name)?.since ?? created_at,
      ...byName.get(name)?.columns,
    }))
    if (made.length > 0) {
      await db.insertInto('subjects').values(made).execute()
      for (const { id, name } of made) subjects.set(name, { id, name })
      const vault = await this.#gallery.vault(db)
      if (vault.isSealed) {
        const keys = made.map(({ id }) => ({
          gallery_id: this.#gallery.id,
          subject_id: id,
          sealed: vault.newSubject(id).sealed!,
        }))
        await db.insertInto('subject_keys').values(keys).execute()
      }
    }
    return subjects
  }
}

interface KnownFace {
  readonly photoHash: string
  readonly box: NewTemplate['box']
  readonly subject: Subject
  readonly templateId: string
}

type FaceOfPhoto = Pick<KnownFace, 'photoHash' | 'box'>

const isSameFace = (a: FaceOfPhoto, b: FaceOfPhoto) =>
  a.photoHash === b.photoHash && iou(a.box, b.box) > sameFaceIou

function sameFaceIn(known: readonly KnownFace[], template: NewTemplate) {
  const face = known.find((each) => isSameFace(each, template))
  return face && { subject: face.subject, templateId: face.templateId }
}
