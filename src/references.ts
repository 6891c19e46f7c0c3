import { createHash } from 'node:crypto'
import { keptFace } from './corrections.js'
import { AgnizeError } from './errors.js'
import { judgeable } from './faces/choose.js'
import { dot } from './faces/vectors.js'
import type { Reference, ReferenceSettings } from './gallery/references.js'
import type { Subject } from './gallery/store.js'
import { subjectName } from './gallery/subject-name.js'
import type { VisitFace } from './gallery/visits.js'
import { contains } from './geometry/box.js'
import { calibratedCard } from './identification.js'
import { modelId } from './models/card.js'
import type { Opened } from './opened.js'
import { thresholdFor } from './recognition/threshold.js'

/** What a face of a camera must be for it to be added by itself. */
const gate = {
  /** Poorer ones would make the person like anybody. */
  quality: 0.6,
  /** To the runner-up. */
  margin: 0.15,
  /** False match rate at which it must be like a face that a human enrolled, so that a person never drifts away from them. */
  anchorFmr: 1e-5,
  /** One that is more like another reference adds nothing. */
  tooAlike: 0.85,
} as const
/** Faces added by themselves that a person has at most, the oldest of which goes first; and hours between two. */
const [mostAdded, hoursBetween] = [5, 12] as const

/** A reference without its embedding. */
export interface ReferenceSummary extends Omit<Reference, 'vector'> {
  readonly subject: Subject
}

/** A visit of somebody known, as far as adding their face goes. */
export interface AdaptableVisit {
  readonly visit: string
  readonly camera: string
  readonly subject: Subject
  readonly face: VisitFace
}

/**
 * Which faces of a person are searched: the best and most different ones up to a number, and where that is switched on, also
 * confident faces of cameras, so that slow change (a beard, glasses, age) is followed. The `references` of an opened agnize.
 */
export class References {
  readonly #opened: Opened

  /** @internal */
  constructor(opened: Opened) {
    this.#opened = opened
  }

  /** How references are kept; at first all, and none is added by itself. */
  async settings(): Promise<ReferenceSettings> {
    return (await this.#store()).settings()
  }

  /**
   * Sets it; what is not given stays. What is set aside already stays so.
   *
   * @throws AgnizeError `bad-argument`.
   */
  async configure(settings: Partial<ReferenceSettings>): Promise<void> {
    const store = await this.#store()
    const { most, adapting } = { ...(await store.settings()), ...settings }
    if (most !== null && (!Number.isInteger(most) || most < 1)) {
      throw new AgnizeError('bad-argument', 'At least 1 reference of a person is kept.')
    }
    await store.configure({ most, adapting })
  }

  /** Everything enrolled of a person, oldest first, also what is set aside. @throws AgnizeError `unknown-subject`. */
  async of(name: string): Promise<ReferenceSummary[]> {
    const { store } = await this.#opened.gallery()
    const subject = await store.subject(subjectName(name))
    const { id } = subject
    const references = await store.references.of(subject.name)
    return references.map(({ vector: _, ...reference }) => ({
      ...reference,
      subject: { id, name: subject.name },
    }))
  }

  /** Faces that were added by themselves, newest first. Deleting one (`People.removeFaces`) undoes it. */
  async added(): Promise<ReferenceSummary[]> {
    return (await (await this.#store()).added()).map(({ vector: _, ...reference }) => reference)
  }

  /**
   * Sets aside the most redundant references of a person beyond the number that is set: of the two that are most alike the
   * poorer one, again and again, and those that were added by themselves before those that a human enrolled.
   *
   * @returns How many were set aside. Nothing is deleted: {@link References.takeBack} searches one again.
   * @throws AgnizeError `unknown-subject`.
   * @example
   * ```ts
   * import { openAgnize } from 'agnize'
   *
   * await using agnize = await openAgnize()
   * await agnize.references.configure({ most: 10 })
   * for (const { name } of await agnize.people.list()) console.log(name, await agnize.references.tidy(name))
   * ```
   */
  async tidy(name: string): Promise<number> {
    const store = await this.#store()
    const { most } = await store.settings()
    if (most === null) return 0
    const references = await store.of(subjectName(name))
    const surplus = redundant(references, most)
    return surplus.length > 0 ? store.setAside(surplus) : 0
  }

  /**
   * Searches a face again that was set aside.
   *
   * @throws AgnizeError `unknown-face`; `no-face` where the model finds none; `poor-quality` where it scores 0.
   */
  async takeBack(face: string): Promise<void> {
    const { store } = await this.#opened.gallery()
    const { padded } = await store.enrolled.crops(face)
    const found = await keptFace(this.#opened, padded)
    if (!found) throw new AgnizeError('no-face', 'The model finds no face in that picture.')
    const { embedding, quality } = judgeable(found)
    await store.references.takeBack(face, embedding.model, embedding.vector, quality.score)
  }

  /**
   * Adds the face of a visit to whom it was matched with, where that is switched on and the face passes every gate: good,
   * far from anybody else, surely like a face that a human enrolled, and different from what there is.
   *
   * @returns Id of the face; null where it was not added.
   * @internal
   */
  async adapt({ visit, camera, subject, face }: AdaptableVisit): Promise<string | null> {
    const { store } = await this.#opened.gallery()
    const { adapting } = await store.references.settings()
    const { similarity, explanation, image, quality, model, vector } = face
    if (!adapting || !image || similarity === null) return null
    const margin = explanation?.margin ?? null
    if (quality < gate.quality || (margin !== null && margin < gate.margin)) return null
    const card = await calibratedCard(this.#opened)
    if (model !== modelId(card)) return null
    const known = await store.references.of(subject.name)
    const probe = store.people.probe(vector)
    const likeness = (reference: Reference) =>
      reference.vector ? dot(reference.vector, probe) : -1
    const anchor = Math.max(-1, ...known.filter(({ origin }) => !origin).map(likeness))
    if (anchor < thresholdFor(card, { fmr: gate.anchorFmr }, 1).value) return null
    if (known.some((reference) => likeness(reference) > gate.tooAlike)) return null
    const added = known.filter(({ origin, isAside }) => origin && !isAside)
    const since = new Date(Date.now() - hoursBetween * 3_600_000).toISOString()
    if (added.some(({ createdAt }) => createdAt > since)) return null
    const { faces, crops, width, height } = await this.#opened.analysis(image, {}, true)
    const at = faces.findIndex(({ box }) => contains(box, width / 2, height / 2))
    if (at < 0) return null
    const id = await store.references.add(
      subject.name,
      {
        ...{ model, vector, quality, photo: `visit ${visit}.jpg`, box: faces[at]!.box },
        photoHash: createHash('sha256').update(image).digest('hex'),
        crops: crops[at]!,
      },
      { visit, camera, similarity, margin, anchor },
    )
    if (id === null) return null
    const tooMany = added.length + 1 - mostAdded
    if (tooMany > 0) await store.enrolled.remove(added.slice(0, tooMany).map(({ id }) => id))
    await this.tidy(subject.name)
    return id
  }

  async #store() {
    return (await this.#opened.gallery()).store.references
  }
}

/** Which references to set aside for so many to be left. */
export function redundant(references: readonly Reference[], most: number): string[] {
  const searched = references.filter(({ vector }) => vector !== null)
  const pairs: { readonly a: Reference; readonly b: Reference; readonly alike: number }[] = []
  if (searched.length > most) {
    for (const [i, a] of searched.entries()) {
      for (const b of searched.slice(0, i)) pairs.push({ a, b, alike: dot(a.vector!, b.vector!) })
    }
  }
  pairs.sort((one, other) => other.alike - one.alike)
  const surplus = new Set<Reference>()
  for (const { a, b } of pairs) {
    if (searched.length - surplus.size <= most) break
    if (surplus.has(a) || surplus.has(b)) continue
    // What has no picture could not be taken back.
    const [poorer] = [a, b]
      .filter(({ hasPicture }) => hasPicture)
      .sort((x, y) => worth(x) - worth(y))
    if (poorer) surplus.add(poorer)
  }
  return [...surplus].map(({ id }) => id)
}

/** What a human enrolled stays longer than what was added by itself. */
const worth = ({ origin, quality }: Reference) => (origin ? 0 : 1) + quality / 2
