import { AsyncLocalStorage } from 'node:async_hooks'
import { AgnizeError } from '../base/errors.js'
import type { GallerySummary } from '../gallery/store.js'
import { type Agnize, agnizeOf } from '../library/agnize.js'
import type { GallerySession } from '../session/gallery-session.js'
import { unknownGallery } from './keys/caller.js'

const actors = new AsyncLocalStorage<string>()

/** Actor of the current request, for the audit log. */
export const currentActor = () => actors.getStore() ?? 'server'

/** Runs work under an actor's name. */
export const actingAs = <T>(actor: string, work: () => T): T => actors.run(actor, work)

/** 1 to 100 letters, digits, dots, dashes and underscores, so that a name needs no escaping anywhere. */
export const galleryName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/

/** An open gallery: its session, and the library's public object over it. */
export class ServedGallery {
  readonly session: GallerySession
  readonly agnize: Agnize

  constructor(session: GallerySession) {
    this.session = session
    this.agnize = agnizeOf(session)
  }
}

/** Whether a gallery still exists: another server may have deleted it, or deleted and created it again. */
async function exists({ session }: ServedGallery): Promise<boolean> {
  try {
    const { store } = await session.gallery()
    await store.state()
    return true
  } catch (error) {
    if (error instanceof AgnizeError && error.code === 'unknown-gallery') return false
    throw error
  }
}

/** The galleries of a server, each opened on first use. */
export class Galleries {
  readonly #root: ServedGallery
  readonly #open = new Map<string, ServedGallery>()

  /** @param root - A gallery of the store; the others share its threads and its connection. */
  constructor(root: ServedGallery) {
    this.#root = root
  }

  list(): Promise<GallerySummary[]> {
    return this.#root.agnize.gallery.list()
  }

  /** Number of all subjects of each gallery that has any. */
  subjectCounts(): Promise<Map<string, number>> {
    return this.#root.agnize.gallery.subjectCounts()
  }

  /** Opens a gallery. @throws AgnizeError `unknown-gallery`. */
  async get(name: string): Promise<ServedGallery> {
    const known = this.#open.get(name)
    if (known) {
      if (await exists(known)) return known
      // A gallery of the same name may exist again.
      await this.forget(name)
    }
    const opened = new ServedGallery(this.#root.session.sibling({ gallery: name, create: false }))
    const existing = await exists(opened)
    // Another request may have opened it meanwhile; a gallery that does not exist is never handed out.
    const faster = this.#open.get(name)
    if (existing && !faster) {
      this.#open.set(name, opened)
      return opened
    }
    await opened.session.close()
    if (existing && faster) return faster
    throw unknownGallery(name)
  }

  /** Creates a gallery. @throws AgnizeError `gallery-exists`, `bad-name`. */
  async create(name: string): Promise<GallerySummary> {
    if (!galleryName.test(name)) {
      throw new AgnizeError(
        'bad-name',
        "A gallery's name has 1 to 100 letters, digits, dots, dashes and underscores.",
      )
    }
    if ((await this.list()).some((gallery) => gallery.name === name)) {
      throw new AgnizeError('gallery-exists', `There is already a gallery ${JSON.stringify(name)}.`)
    }
    await using made = this.#root.agnize.inGallery(name)
    // Any access creates the gallery in the store.
    await made.gallery.retention()
    return (await this.list()).find((gallery) => gallery.name === name)!
  }

  /** Deletes a gallery. @throws AgnizeError `unknown-gallery`. */
  async remove(name: string): Promise<void> {
    const { agnize } = await this.get(name)
    await agnize.gallery.destroy()
    await this.forget(name)
  }

  /** Closes a gallery that another server deleted. */
  async forget(name: string): Promise<void> {
    const open = this.#open.get(name)
    this.#open.delete(name)
    await open?.session.close()
  }

  async close(): Promise<void> {
    for (const { session } of this.#open.values()) await session.close()
  }
}
