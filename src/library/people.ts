import { type EraseOptions, type ErasureReceipt, erase } from '../application/erasure.js'
import { AgnizeError } from '../base/errors.js'
import type { Crops } from '../faces/face.js'
import type { EnrolledFace, FacePage, MovedFace } from '../gallery/enrolled-faces.js'
import type { KeptFace } from '../gallery/kept-face.js'
import type { Store } from '../gallery/store.js'
import type {
  Subject,
  SubjectChange,
  SubjectDetails,
  SubjectPage,
  SubjectSummary,
  TemplateSummary,
} from '../gallery/subject.js'
import { subjectDetails, subjectFilter } from '../gallery/subject-details.js'
import { subjectName } from '../gallery/subject-name.js'
import type { StoredTemplate } from '../gallery/template.js'
import type { GallerySession } from '../session/gallery-session.js'

/** The people in a gallery; the `people` of an opened agnize. */
export class People {
  readonly #session: GallerySession

  /** @internal */
  constructor(session: GallerySession) {
    this.#session = session
  }

  /**
   * Everybody, or those who meet a filter, by name; in stretches, where `limit` says how many and `after` the last name
   * of the stretch before.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const night = await agnize.people.list({ filter: { tags: ['night shift'] }, limit: 50 })
   * console.log(night.map(({ name, metadata }) => [name, metadata]))
   * ```
   */
  async list(page: SubjectPage = {}): Promise<SubjectSummary[]> {
    const { after, filter } = page
    return (await this.#store()).subjects({
      ...page,
      ...(after !== undefined && { after: after.normalize('NFC') }),
      ...(filter && { filter: subjectFilter(filter) }),
    })
  }

  /** One of them. @throws AgnizeError `unknown-subject`. */
  async get(name: string): Promise<SubjectSummary> {
    return (await this.#store()).subject(subjectName(name))
  }

  /** Who has an id; undefined where nobody has. */
  async withId(id: string): Promise<Subject | undefined> {
    return (await this.#store()).withId(id)
  }

  /**
   * Adds somebody without a face yet.
   *
   * @throws AgnizeError `subject-exists`, also where somebody else has the external id; `bad-name`, `bad-argument`.
   */
  async create(name: string, details: Partial<SubjectDetails> = {}): Promise<SubjectSummary> {
    return (await this.#store()).create(subjectName(name), { details: subjectDetails(details) })
  }

  /**
   * Changes name and what is kept about a person beside their faces; what is not given stays.
   *
   * @param options - `check` sees the person before, in the same transaction; what it throws stops the change.
   * @throws AgnizeError `unknown-subject`; `subject-exists` when somebody else has the external id; `bad-argument`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * await agnize.people.update('Skuli', { tags: ['staff'], metadata: { room: 12 } })
   * const faces = await agnize.identify('door.jpg', { among: { tags: ['staff'] } })
   * console.log(faces.length)
   * ```
   */
  async update(
    name: string,
    { name: newName, ...details }: SubjectChange,
    { check }: { readonly check?: (before: SubjectSummary) => void } = {},
  ): Promise<SubjectSummary> {
    const change = {
      ...subjectDetails(details),
      ...(newName !== undefined && { name: subjectName(newName) }),
    }
    return (await this.#store()).update(subjectName(name), change, check)
  }

  /** A person's enrolled photos, oldest first. @throws AgnizeError `unknown-subject`. */
  async show(name: string): Promise<TemplateSummary[]> {
    return (await this.#store()).templatesOf(subjectName(name))
  }

  /** Enrolled faces one by one, subject by subject, with what all stretches have together. */
  async faces(page: FacePage = {}): Promise<{
    /** Number of faces on all pages. */
    readonly total: number
    /** The faces of this page. */
    readonly faces: EnrolledFace[]
  }> {
    return (await this.#store()).enrolled.list({
      ...page,
      ...(page.subject !== undefined && { subject: subjectName(page.subject) }),
    })
  }

  /** One of them, by the id of the face or of its template. @throws AgnizeError `unknown-face`. */
  async face(id: string): Promise<EnrolledFace> {
    return (await this.#store()).enrolled.get(id)
  }

  /**
   * The picture that was kept of an enrolled face, with its surroundings: JPEG.
   *
   * @throws AgnizeError `unknown-face`, also where only its template was imported.
   */
  async faceImage(id: string): Promise<Uint8Array> {
    return (await (await this.#store()).enrolled.crops(id)).padded
  }

  /**
   * The best picture that was kept of a person: JPEG.
   *
   * @throws AgnizeError `unknown-subject`; `unknown-face` when none was kept.
   */
  async picture(name: string): Promise<Uint8Array> {
    const { faces } = await this.faces({ subject: name })
    if (faces.length === 0) await this.get(name)
    const [best] = [...faces].sort((a, b) => b.quality - a.quality)
    if (best) return this.faceImage(best.id)
    throw new AgnizeError('unknown-face', `No photo of ${JSON.stringify(name)} is enrolled.`)
  }

  /**
   * Deletes enrolled faces; their people stay.
   *
   * @returns Those that were there.
   */
  async removeFaces(ids: readonly string[]): Promise<EnrolledFace[]> {
    const gallery = await this.#session.gallery()
    const removed = await gallery.store.enrolled.remove(ids)
    if (removed.length > 0) await gallery.forget()
    return removed
  }

  /**
   * Gives enrolled faces to another person, who is added where the name is new; who had them stays.
   *
   * @returns The faces as they are now, each with whose it was.
   * @throws AgnizeError `unknown-face` when none of them is there; `bad-name`.
   */
  async moveFaces(ids: readonly string[], name: string): Promise<MovedFace[]> {
    const moved = await (await this.#store()).enrolled.move(ids, subjectName(name))
    if (moved.length > 0) return moved
    throw new AgnizeError('unknown-face', 'There is no such enrolled face: list those of a person.')
  }

  /** Gives a person another name. @throws AgnizeError `unknown-subject`, `subject-exists`, `bad-name`. */
  async rename(name: string, newName: string): Promise<Subject> {
    return (await this.#store()).rename(subjectName(name), subjectName(newName))
  }

  /**
   * Deletes a person with all templates and crops; their pages in the file are overwritten.
   *
   * @throws AgnizeError `unknown-subject`.
   */
  async remove(name: string): Promise<SubjectSummary> {
    const gallery = await this.#session.gallery()
    const removed = await gallery.store.remove(subjectName(name))
    await gallery.forget()
    return removed
  }

  /**
   * Erases a person as the law has it: removes everything kept of them, looks whether a search still finds them or a row
   * still names them, and names the backups that may hold them. Of a protected gallery, their key goes out of the key files
   * beside the backups, so that these cannot be read of them either.
   *
   * @param options - `reference`: what the request is known by, which stands in the receipt.
   * @returns A signed receipt, without anything biometric.
   * @throws AgnizeError `unknown-subject`; `internal` when something is left.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const { checks, backups } = await agnize.people.erase('Skuli')
   * console.log(checks.notFound, backups)
   * ```
   */
  async erase(name: string, options: EraseOptions = {}): Promise<ErasureReceipt> {
    return erase(this.#session, subjectName(name), options)
  }

  /**
   * Writes everything that is held on a person into one archive (.tar.gz).
   *
   * @throws AgnizeError `unknown-subject`, `disk-full`, `read-only`.
   */
  async export(name: string, path: string): Promise<void> {
    const { exportPerson } = await import('../application/subject-access.js')
    await exportPerson(await this.#store(), subjectName(name), path)
  }

  /** Makes two entries of one human one: all photos of `from` become `into`'s. @throws AgnizeError `unknown-subject`. */
  async merge(from: string, into: string): Promise<SubjectSummary> {
    return (await this.#store()).merge(subjectName(from), subjectName(into))
  }

  /**
   * Every template that is searched: what the gallery's model made of each enrolled face. For measuring and for moving
   * elsewhere; this is biometric data.
   *
   * @param options - `ofAnyModel`: also where the gallery's model is not the one in use; default false.
   * @throws AgnizeError `wrong-model` when the gallery's templates are of another model than the one in use.
   */
  async templates({
    ofAnyModel = false,
  }: {
    readonly ofAnyModel?: boolean
  } = {}): Promise<StoredTemplate[]> {
    if (!ofAnyModel) await this.#session.galleryOfModel()
    return (await this.#store()).templates()
  }

  /** A person's faces with the templates of every model that has seen them. @throws AgnizeError `unknown-subject`. */
  async keptFaces(name: string): Promise<KeptFace[]> {
    return (await this.#store()).faces(subjectName(name))
  }

  /** The pictures that were kept of the faces of templates, by the template's id; without those of which none was. */
  async crops(templateIds: readonly string[]): Promise<Map<string, Crops>> {
    return (await this.#store()).crops([...templateIds])
  }

  /** What is wrong with the gallery's file, in words; empty when nothing is. */
  async check(): Promise<string[]> {
    return (await this.#store()).check()
  }

  async #store(): Promise<Store> {
    return (await this.#session.gallery()).store
  }
}
