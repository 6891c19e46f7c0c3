import {
  Duplicates,
  type DuplicatesPage,
  type PossibleDuplicates,
} from '../application/duplicates.js'
import { type EraseOptions, type ErasureReceipt, erase } from '../application/erasure.js'
import { AgnizeError } from '../base/errors.js'
import type { DifferentPeople } from '../gallery/different-people-store.js'
import type { EnrolledFace, FacePage, MovedFace } from '../gallery/enrolled-faces.js'
import type { KeptFace } from '../gallery/kept-face.js'
import type { Store } from '../gallery/store.js'
import type {
  Subject,
  SubjectChange,
  SubjectDetails,
  SubjectPage,
  SubjectSummary,
  TagCount,
  TemplateSummary,
} from '../gallery/subject.js'
import { subjectDetails, subjectFilter } from '../gallery/subject-details.js'
import { subjectName } from '../gallery/subject-name.js'
import type { StoredTemplate } from '../gallery/template.js'
import type { GallerySession } from '../session/gallery-session.js'

/**
 * The subjects of a gallery. The `people` of an opened agnize.
 *
 * Every method throws AgnizeError `closed` after `Agnize.close`, and `gallery-*`, `unknown-gallery`, `store-*`,
 * `key-missing` or `wrong-key` where the gallery cannot be opened; changes also throw `read-only` and `disk-full`.
 */
export class People {
  readonly #session: GallerySession
  readonly #duplicates: Duplicates

  /** @internal */
  constructor(session: GallerySession) {
    this.#session = session
    this.#duplicates = new Duplicates(session)
  }

  /**
   * Subjects, sorted by name: all, or those who meet a filter. `limit` and `after`, the last name of the previous page,
   * divide the list into pages.
   *
   * @throws AgnizeError `bad-name`, `bad-argument` for an invalid filter.
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

  /**
   * A subject.
   *
   * @throws AgnizeError `unknown-subject`, `bad-name`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const { id, templates, tags } = await agnize.people.get('Skuli')
   * console.log(id, templates, tags)
   * ```
   */
  async get(name: string): Promise<SubjectSummary> {
    return (await this.#store()).subject(subjectName(name))
  }

  /**
   * The tags in use, each with the number of its subjects.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * for (const { tag, subjects } of await agnize.people.tags()) console.log(tag, subjects)
   * ```
   */
  async tags(): Promise<TagCount[]> {
    return (await this.#store()).tags()
  }

  /**
   * The subject with an id; undefined without one.
   *
   * @param id - UUID of the subject.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const { id } = await agnize.people.get('Skuli')
   * console.log((await agnize.people.withId(id))?.name)
   * ```
   */
  async withId(id: string): Promise<Subject | undefined> {
    return (await this.#store()).withId(id)
  }

  /**
   * Adds a subject without a face.
   *
   * @param name - 1…200 characters without line breaks or slashes.
   * @param details - Tags, purpose and external id: 1…200 characters each; metadata: at most 64,000 characters as JSON.
   * @throws AgnizeError `subject-exists`, also for an external id in use; `bad-name`, `bad-argument`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * await agnize.people.create('Skuli', { externalId: '4711', tags: ['staff'], keepUntil: '2026-12-31' })
   * await agnize.enroll('Skuli', ['skuli.jpg'])
   * ```
   */
  async create(name: string, details: Partial<SubjectDetails> = {}): Promise<SubjectSummary> {
    return (await this.#store()).create(subjectName(name), { details: subjectDetails(details) })
  }

  /**
   * Changes the name and the details of a subject; absent fields are kept.
   *
   * @param options - `check` receives the subject before the change, in the same transaction; an error that it throws
   * prevents the change.
   * @throws AgnizeError `unknown-subject`; `subject-exists` for a name or an external id in use; `bad-name`,
   * `bad-argument`.
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

  /**
   * The enrolled faces of a subject, oldest first.
   *
   * @throws AgnizeError `unknown-subject`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * for (const { photo, box, quality } of await agnize.people.show('Skuli')) console.log(photo, box, quality)
   * ```
   */
  async show(name: string): Promise<TemplateSummary[]> {
    return (await this.#store()).templatesOf(subjectName(name))
  }

  /**
   * A page of enrolled faces, sorted by subject.
   *
   * @throws AgnizeError `bad-name`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const { total, faces } = await agnize.people.faces({ offset: 100, limit: 50 })
   * console.log(total, faces.map(({ subject, photo }) => [subject.name, photo]))
   * ```
   */
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

  /**
   * An enrolled face, by its id or that of its template.
   *
   * @param id - UUID of the face or of its template.
   * @throws AgnizeError `unknown-face`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const [template] = await agnize.people.show('Skuli')
   * if (template) console.log((await agnize.people.face(template.id)).photo)
   * ```
   */
  async face(id: string): Promise<EnrolledFace> {
    return (await this.#store()).enrolled.get(id)
  }

  /**
   * JPEG of an enrolled face with its surroundings.
   *
   * @param id - UUID of the face or of its template.
   * @throws AgnizeError `unknown-face`, also where only its template was imported.
   * @example
   * ```ts
   * import { writeFile } from 'node:fs/promises'
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const { faces } = await agnize.people.faces({ subject: 'Skuli' })
   * for (const { id } of faces) await writeFile(`${id}.jpg`, await agnize.people.faceImage(id))
   * ```
   */
  async faceImage(id: string): Promise<Uint8Array> {
    return (await this.#store()).enrolled.crop(id)
  }

  /**
   * JPEG of the face that stands for a subject: the one whose id is in its metadata as `portrait`, or the best enrolled one.
   *
   * @throws AgnizeError `unknown-subject`; `unknown-face` without a kept picture.
   * @example
   * ```ts
   * import { writeFile } from 'node:fs/promises'
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * await writeFile('skuli.jpg', await agnize.people.picture('Skuli'))
   * ```
   */
  async picture(name: string): Promise<Uint8Array> {
    const { faces } = await this.faces({ subject: name })
    const { metadata } = await this.get(name)
    const isChosen = ({ id }: EnrolledFace) => Number(id === metadata.portrait)
    const [best] = [...faces].sort((a, b) => isChosen(b) - isChosen(a) || b.quality - a.quality)
    if (best) return this.faceImage(best.id)
    throw new AgnizeError('unknown-face', `No photo of ${JSON.stringify(name)} is enrolled.`)
  }

  /**
   * Deletes enrolled faces; their subjects remain.
   *
   * @param ids - UUIDs of faces or of their templates; unknown ones are left out.
   * @param options - `from`: name of a subject; faces of others are left out, such as one that somebody moved meanwhile.
   * @returns The deleted faces.
   * @throws AgnizeError `unknown-subject` for `from`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const { faces } = await agnize.people.faces({ subject: 'Skuli' })
   * const poor = faces.filter(({ quality }) => quality < 0.2)
   * console.log(await agnize.people.removeFaces(poor.map(({ id }) => id)))
   * ```
   */
  async removeFaces(
    ids: readonly string[],
    { from }: { readonly from?: string } = {},
  ): Promise<EnrolledFace[]> {
    const gallery = await this.#session.gallery()
    const removed = await gallery.store.enrolled.remove(ids, from)
    if (removed.length > 0) await gallery.forget()
    return removed
  }

  /**
   * Moves enrolled faces to another subject, who is added where the name is new.
   *
   * @param ids - UUIDs of faces or of their templates; unknown ones are left out.
   * @param options - `from`: name of a subject; faces of others are left out, such as one that somebody moved meanwhile.
   * @returns The moved faces, each with its previous subject.
   * @throws AgnizeError `unknown-face` where none of them exists; `unknown-subject` for `from`; `bad-name`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const { faces } = await agnize.people.faces({ subject: 'Skuli', limit: 1 })
   * const moved = await agnize.people.moveFaces(faces.map(({ id }) => id), 'Anna')
   * console.log(moved.map(({ face, from }) => [from.name, face.subject.name]))
   * ```
   */
  async moveFaces(
    ids: readonly string[],
    name: string,
    { from }: { readonly from?: string } = {},
  ): Promise<MovedFace[]> {
    const moved = await (await this.#store()).enrolled.move(ids, subjectName(name), from)
    if (moved.length > 0) return moved
    throw new AgnizeError(
      'unknown-face',
      'There is no such enrolled face: list the enrolled faces of the person.',
    )
  }

  /**
   * Renames a subject.
   *
   * @throws AgnizeError `unknown-subject`, `subject-exists`, `bad-name`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * await agnize.people.rename('Skuli', 'Skúli')
   * ```
   */
  async rename(name: string, newName: string): Promise<Subject> {
    return (await this.#store()).rename(subjectName(name), subjectName(newName))
  }

  /**
   * Deletes a subject with all templates and crops; the freed pages of the file are overwritten.
   *
   * @param options - `check` receives the subject before its removal, in the same transaction; an error that it throws prevents it.
   * @returns The subject as it was.
   * @throws AgnizeError `unknown-subject`, and what `check` throws.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const { name, templates } = await agnize.people.remove('Skuli')
   * console.log(name, templates)
   * ```
   */
  async remove(
    name: string,
    options: { readonly check?: (before: SubjectSummary) => void } = {},
  ): Promise<SubjectSummary> {
    const gallery = await this.#session.gallery()
    const removed = await gallery.store.remove(subjectName(name), options)
    await gallery.forget()
    return removed
  }

  /**
   * Erases a person: deletes all their data, verifies that no search finds them and no row names them, and lists the
   * backups that may hold them. For a protected gallery it also deletes their key from the key files beside the
   * backups, which makes their data there unreadable.
   *
   * @param options - `reference`: reference of the request, which the receipt repeats.
   * @returns A signed receipt without biometric data.
   * @throws AgnizeError `unknown-subject`; `internal` where data remain.
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
   * Writes all data held on a person into one archive (.tar.gz), for a subject access request.
   *
   * @throws AgnizeError `unknown-subject`, `disk-full`, `read-only`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * await agnize.people.export('Skuli', 'skuli.tar.gz')
   * ```
   */
  async export(name: string, path: string): Promise<void> {
    const { exportPerson } = await import('../application/subject-access.js')
    await exportPerson(await this.#store(), subjectName(name), path)
  }

  /**
   * Merges two subjects: all photos of `from` become photos of `into`.
   *
   * @param options - `check` receives `from` before the merge, in the same transaction; an error that it throws prevents the merge.
   * @returns The subject `into` after the merge.
   * @throws AgnizeError `unknown-subject`; `bad-argument` where both are one subject.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const { templates } = await agnize.people.merge('Skuli (2)', 'Skuli')
   * console.log(templates)
   * ```
   */
  async merge(
    from: string,
    into: string,
    { check }: { readonly check?: (before: SubjectSummary) => void } = {},
  ): Promise<SubjectSummary> {
    return (await this.#store()).merge(subjectName(from), subjectName(into), check)
  }

  /**
   * Pairs of subjects who are probably one person, enrolled twice: their most similar photos are as similar as photos of one
   * person are in this gallery. `audit` of `agnize/evaluation` names the same pairs. Answer with {@link People.merge} or
   * {@link People.markDifferent}.
   *
   * The first call after a change of the gallery compares all subjects with one another, in blocks between which other work
   * gets its turn. For subjects with three photos each that takes about 1.3 seconds of one core for 1,000 and 6 for 10,000, and
   * 4 kB of memory a subject. Later calls take milliseconds. While a gallery changes, the pairs are those of when the comparison
   * began, without people who were changed or removed since; with a `patience` they may be those of the comparison before.
   *
   * @param page - `limit` and `after`, the last pair of the previous page, divide the pairs into pages.
   * @throws AgnizeError `wrong-model`, `not-calibrated`; `overloaded` where nobody was compared within the `patience`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const { total, pairs } = await agnize.people.possibleDuplicates({ limit: 10 })
   * for (const { subjects, similarity } of pairs) console.log(total, subjects.map(({ name }) => name), similarity)
   * ```
   */
  async possibleDuplicates(page: DuplicatesPage = {}): Promise<PossibleDuplicates> {
    return this.#duplicates.list(page)
  }

  /**
   * Records that two subjects are different people, however much they look alike: neither {@link People.possibleDuplicates} nor
   * the audit names the pair again. The record affects no search. It goes with either of them, and in a merge it goes over to
   * the subject who stays.
   *
   * @returns The record, also where there was one before.
   * @throws AgnizeError `unknown-subject`, `bad-name`; `bad-argument` where both are one subject.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const { subjects, createdAt } = await agnize.people.markDifferent('Anna', 'Bea')
   * console.log(subjects.map(({ name }) => name), createdAt)
   * ```
   */
  async markDifferent(name: string, other: string): Promise<DifferentPeople> {
    return (await this.#store()).different.add(subjectName(name), subjectName(other))
  }

  /**
   * Deletes the record that two subjects are different people.
   *
   * @returns Whether there was one.
   * @throws AgnizeError as {@link People.markDifferent}.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * console.log(await agnize.people.unmarkDifferent('Anna', 'Bea'))
   * ```
   */
  async unmarkDifferent(name: string, other: string): Promise<boolean> {
    return (await this.#store()).different.remove(subjectName(name), subjectName(other))
  }

  /**
   * The pairs of subjects that are recorded as different people, oldest first.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * for (const { subjects } of await agnize.people.different()) console.log(subjects.map(({ name }) => name))
   * ```
   */
  async different(): Promise<DifferentPeople[]> {
    return (await this.#store()).different.list()
  }

  /**
   * All templates that are searched. For measurements and exports; this is biometric data.
   *
   * @param options - `ofAnyModel`: whether templates of another model are returned too; default false.
   * @returns Unit vectors of the length that the model's card states.
   * @throws AgnizeError `wrong-model` where the templates are of another model than the one in use.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * for (const { subject, vector, quality } of await agnize.people.templates()) {
   *   console.log(subject.name, vector.length, quality)
   * }
   * ```
   */
  async templates({
    ofAnyModel = false,
  }: {
    readonly ofAnyModel?: boolean
  } = {}): Promise<StoredTemplate[]> {
    if (!ofAnyModel) await this.#session.galleryOfModel()
    return (await this.#store()).templates()
  }

  /**
   * The faces of a subject with the templates of all models.
   *
   * @throws AgnizeError `unknown-subject`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * for (const { photo, crop, templates } of await agnize.people.keptFaces('Skuli')) {
   *   console.log(photo, crop?.length, templates.map(({ model }) => model))
   * }
   * ```
   */
  async keptFaces(name: string): Promise<KeptFace[]> {
    return (await this.#store()).faces(subjectName(name))
  }

  /**
   * JPEG of the face with its surroundings, of templates by their id, from which another model can embed it. Absent
   * where only the template was imported.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const templates = await agnize.people.show('Skuli')
   * const crops = await agnize.people.crops(templates.map(({ id }) => id))
   * for (const [id, jpeg] of crops) console.log(id, jpeg.length)
   * ```
   */
  async crops(templateIds: readonly string[]): Promise<Map<string, Uint8Array>> {
    return (await this.#store()).crops([...templateIds])
  }

  /**
   * Problems of the gallery's store, in words; empty for a sound one.
   *
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * const problems = await agnize.people.check()
   * if (problems.length > 0) console.error(problems.join('\n'))
   * ```
   */
  async check(): Promise<string[]> {
    return (await this.#store()).check()
  }

  async #store(): Promise<Store> {
    return (await this.#session.gallery()).store
  }
}
