import { AgnizeError } from '../../base/errors.js'
import { WriteBehind } from '../../base/write-behind.js'
import type { ExportLine } from '../../gallery/archive/portable.js'
import type { NewSubject, Store } from '../../gallery/store.js'
import { subjectDetails } from '../../gallery/subject-details.js'
import { subjectName } from '../../gallery/subject-name.js'
import type { NamedTemplate } from '../../gallery/template.js'
import type { WorkOptions } from '../../session/options.js'

/** Result of an import. */
export interface Imported {
  /** Number of faces that were added. */
  readonly added: number
  /** Number of faces that the gallery had already; they are not added twice. */
  readonly known: number
  /** Number of corrections that were added. */
  readonly corrections: number
  /** Entries that were refused, each with the reason. */
  readonly refused: readonly {
    /** The photo or entry. */
    readonly what: string
    /** Why it was refused, in words. */
    readonly reason: string
  }[]
}

/** Options of imports. */
export interface ImportOptions extends WorkOptions {
  /** Called with the number of finished faces; `total` is null where it is not known. */
  readonly onProgress?: (done: number, total: number | null) => void
}

/** Entries that are written in one transaction. Judgment. */
const defaultBatch = 500

/** What is written in one transaction. */
interface Batch {
  readonly subjects: NewSubject[]
  readonly entries: NamedTemplate[]
}

type SubjectLine = Extract<ExportLine, { type: 'subject' }>

/**
 * Writes imported entries into a gallery, in batches, and counts them. A batch is written while the next one is read; disposing of
 * the writer waits for it.
 */
export class ImportWriter implements AsyncDisposable {
  readonly #store: Store
  readonly #options: ImportOptions
  readonly #batch: number
  readonly #refused: { what: string; reason: string }[] = []
  readonly #since = new Map<string, string>()
  #waiting: NamedTemplate[] = []
  readonly #subjects = new Map<string, NewSubject>()
  #added = 0
  #known = 0
  #corrections = 0
  #before: Set<string> | undefined
  readonly #written = new WriteBehind(({ subjects, entries }: Batch) =>
    this.#writeBatch(subjects, entries),
  )

  /** @param batch - Faces that are written in one transaction; those of a slow source one by one, so that none is lost. */
  constructor(store: Store, options: ImportOptions, batch = defaultBatch) {
    this.#store = store
    this.#options = options
    this.#batch = batch
  }

  refuse(what: string, reason: string): void {
    this.#refused.push({ what, reason })
  }

  /** Adds a subject; one that exists already keeps its details. */
  async subject({ type: _, name, createdAt, ...details }: SubjectLine): Promise<void> {
    const known = subjectName(name)
    const exists = await this.#exists(known)
    this.#since.set(known, createdAt)
    if (exists || this.#subjects.has(known)) return
    this.#subjects.set(known, {
      name: known,
      since: createdAt,
      details: subjectDetails(details),
    })
    if (this.#subjects.size >= this.#batch) await this.#write()
  }

  /** Adds a subject without details, unless it exists. @throws AgnizeError `bad-name`. */
  async name(name: string): Promise<void> {
    const known = subjectName(name)
    if (await this.#exists(known)) return
    await this.#store.create(known).catch((error: unknown) => {
      if (!(error instanceof AgnizeError) || error.code !== 'subject-exists') throw error
    })
  }

  async face(name: string, template: NamedTemplate['template']): Promise<void> {
    const known = subjectName(name)
    const since = this.#since.get(known)
    this.#waiting.push({ name: known, template, ...(since && { since }) })
    if (this.#waiting.length >= this.#batch) await this.#write()
  }

  async correction(
    name: string,
    correction: Parameters<Store['corrections']['add']>[1],
  ): Promise<void> {
    await this.#write()
    await this.#written.settled()
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
    await this.#written.settled()
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

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#written[Symbol.asyncDispose]()
  }

  /** Starts to write what was collected, after the batch before. */
  async #write(): Promise<void> {
    const subjects = [...this.#subjects.values()]
    this.#subjects.clear()
    const entries = this.#waiting
    this.#waiting = []
    // Entries of a slow source are written when the call returns, and an error is that of its entry.
    if (this.#batch === 1) await this.#writeBatch(subjects, entries)
    else await this.#written.push({ subjects, entries })
  }

  async #writeBatch(subjects: NewSubject[], entries: NamedTemplate[]): Promise<void> {
    if (subjects.length > 0) {
      for (const { name, outcome } of await this.#store.createEach(subjects)) {
        if (outcome !== 'without external id') continue
        this.refuse(`the external id of ${name}`, 'another person has it')
      }
    }
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
    if (this.#batch > 1) this.#options.onProgress?.(this.#added + this.#known, null)
  }

  async #exists(name: string): Promise<boolean> {
    this.#before ??= new Set((await this.#store.subjects()).map((subject) => subject.name))
    return this.#before.has(name)
  }
}
