import { type FSWatcher, watch } from 'node:fs'
import { AgnizeError, type ErrorCode } from '../base/errors.js'
import { type PhotoFile, photoFilesIn, type SkippedFile } from '../gallery/people-folder.js'

/** A picture that arrived in the folder and is ready to be read. */
export interface LandedPicture {
  readonly path: string
  /** Reports that the picture could not be read. It is retried once it has changed, otherwise its failure is reported. */
  readonly failed: (error: AgnizeError) => void
}

/** News of a folder: a picture arrived, a picture could not be read, or, as null, a poll without news. */
export type FolderNews = LandedPicture | { readonly error: AgnizeError } | null

/** Times in milliseconds. */
export interface FolderTimes {
  /** A file whose size and time have not changed for this long is complete. */
  readonly settled: number
  /** Polling interval where the file system sends no events, such as for sub-folders. */
  readonly lookEvery: number
  /** A file that cannot be read may still be uploading until it has not changed for this long. */
  readonly patience: number
}

const usualTimes: FolderTimes = { settled: 300, lookEvery: 1000, patience: 10_000 }

/** The pause between two scans is at least this multiple of the duration of a scan. Judgment. */
const restAfterLook = 4

/** Errors that an incomplete upload may cause. */
const mayBeComing: ReadonlySet<ErrorCode> = new Set([
  ...(['photo-not-found', 'not-an-image', 'image-damaged'] as const),
])

/**
 * Yields the pictures that arrive in a folder or its sub-folders: each file once when it is complete, and again when it has
 * changed; existing files are ignored. An unreadable file is reported at most once, and not while it is still uploading.
 *
 * @param all - Yield the existing files by name instead, then end.
 * @throws AgnizeError `photo-not-found` where the folder cannot be read at the start. A folder that disappears later is reported
 * once, and polled until it is back.
 */
export async function* picturesIn(
  folder: string,
  all: boolean,
  signal: AbortSignal,
  times: FolderTimes = usualTimes,
): AsyncGenerator<FolderNews, void, undefined> {
  const skipped: AgnizeError[] = []
  const leftOut = new Set<string>()
  const list = () =>
    photoFilesIn(folder, true, {
      onSkipped: (one) => {
        const error = leftOut.has(one.path) ? null : reasonToTell(one)
        if (!error) return
        leftOut.add(one.path)
        skipped.push(error)
      },
    })
  const before = await list()
  while (skipped.length > 0) yield { error: skipped.shift()! }
  if (all) {
    for (const { path } of before) {
      const errors: AgnizeError[] = []
      yield { path, failed: (error) => errors.push(named(error, path)) }
      for (const error of errors) yield { error }
    }
    return
  }
  const landing = new Landing(before, times)
  const looks = new Looks(folder, signal)
  let isAway = false
  try {
    while (!signal.aborted) {
      const began = performance.now()
      try {
        landing.look(await list(), began)
        isAway = false
      } catch (error) {
        // A disk or a share may be mounted again; files already processed stay known.
        if (!(error instanceof AgnizeError)) throw error
        if (!isAway) skipped.push(error)
        isAway = true
      }
      const took = performance.now() - began
      while (skipped.length > 0) yield { error: skipped.shift()! }
      for (const picture of isAway ? [] : landing.whole()) {
        yield picture
        if (signal.aborted) return
      }
      for (const error of landing.failures(performance.now())) yield { error }
      yield null
      const wait = landing.isComing ? times.settled : times.lookEvery
      await looks.next(Math.max(wait, restAfterLook * took), !landing.isComing)
    }
  } finally {
    looks.close()
  }
}

/** State of a file. */
interface KnownFile {
  file: PhotoFile
  /** When its size or time last changed. */
  since: number
  state: 'coming' | 'seen' | 'failed'
  /** Why it could not be read; null once reported. */
  failure: AgnizeError | null
  /** Whether a failure was reported since it was last readable. */
  isTold: boolean
}

/** Tracks which files of a folder are complete. */
class Landing {
  readonly #times: FolderTimes
  /** By file id (device and inode), so that a renamed file is not processed again. */
  #known = new Map<string, KnownFile>()
  #now = 0

  constructor(before: readonly PhotoFile[], times: FolderTimes) {
    this.#times = times
    for (const file of before) {
      this.#known.set(file.id, { ...{ file, since: 0, state: 'seen' }, ...untold })
    }
  }

  /** Whether a file is still uploading. */
  get isComing(): boolean {
    return [...this.#known.values()].some(({ state }) => state === 'coming')
  }

  /** Updates the known files from a listing. A file that is missing is forgotten, with its failure. */
  look(files: readonly PhotoFile[], now: number): void {
    this.#now = now
    const known = new Map<string, KnownFile>()
    const byPath = new Map([...this.#known.values()].map((one) => [one.file.path, one]))
    for (const file of files) {
      const one = this.#known.get(file.id) ??
        sameAs(byPath.get(file.path), file) ?? {
          ...{ file, since: now, state: 'coming' as const },
          ...untold,
        }
      if (hasChanged(one, file)) {
        one.since = now
        one.state = 'coming'
        one.failure = null
      }
      one.file = file
      known.set(file.id, one)
    }
    this.#known = known
  }

  /** Yields the files that have become complete since the last scan, judged by size and time, ordered by time. */
  *whole(): Generator<LandedPicture, void, undefined> {
    const whole = [...this.#known.values()]
      .filter(({ state, since }) => state === 'coming' && this.#now - since >= this.#times.settled)
      .sort((a, b) => Number(a.file.changedAt - b.file.changedAt))
    for (const one of whole) {
      const { path } = one.file
      one.state = 'seen'
      yield {
        path,
        failed: (error) => {
          one.state = 'failed'
          one.failure = named(error, path)
        },
      }
      if (one.state === 'seen') one.isTold = false
    }
  }

  /** Yields the failures of unreadable files that are due to be reported. */
  *failures(now: number): Generator<AgnizeError, void, undefined> {
    for (const one of this.#known.values()) {
      const { failure, since, isTold } = one
      if (!failure) continue
      if (mayBeComing.has(failure.code) && now - since < this.#times.patience) continue
      one.failure = null
      one.isTold = true
      if (!isTold) yield failure
    }
  }
}

const untold = { failure: null, isTold: false } as const

/** Finds a known file after a share was remounted, which changes inode numbers. */
function sameAs(before: KnownFile | undefined, file: PhotoFile): KnownFile | undefined {
  if (before?.file.size !== file.size || before.file.writtenAt !== file.writtenAt) return undefined
  return before
}

function hasChanged({ file: before, state }: KnownFile, file: PhotoFile): boolean {
  if (before.size !== file.size || before.writtenAt !== file.writtenAt) return true
  // A change of ctime alone may be a change of permissions: an unreadable file is tried again.
  return state === 'failed' && before.changedAt !== file.changedAt
}

/** Waits for the next scan of a folder: until the file system sends an event, or a timeout. */
class Looks {
  readonly #signal: AbortSignal
  readonly #watcher: FSWatcher | undefined
  #tell: (isEnd: boolean) => void = () => {}

  constructor(folder: string, signal: AbortSignal) {
    this.#signal = signal
    signal.addEventListener('abort', this.#onAbort)
    try {
      this.#watcher = watch(folder, () => this.#tell(false))
      this.#watcher.on('error', () => {})
    } catch {
      // Network file systems may send no events; polling covers them.
    }
  }

  readonly #onAbort = () => this.#tell(true)

  /** @param sooner - Whether an event ends the wait early. False while a file is uploading, which sends events all the time. */
  next(milliseconds: number, sooner: boolean): Promise<void> {
    if (this.#signal.aborted) return Promise.resolve()
    return new Promise<void>((done) => {
      const timer = setTimeout(done, milliseconds)
      this.#tell = (isEnd) => {
        if (!sooner && !isEnd) return
        clearTimeout(timer)
        done()
      }
    })
  }

  close(): void {
    this.#signal.removeEventListener('abort', this.#onAbort)
    this.#watcher?.close()
  }
}

/** The error to report for a skipped file that its owner has to fix; null for any other. */
function reasonToTell({ path, reason }: SkippedFile): AgnizeError | null {
  if (reason === 'may-not-be-read') {
    return new AgnizeError(
      'photo-not-found',
      `${path} cannot be read and is left out: change its permissions.`,
    )
  }
  if (reason === 'name-not-utf8') {
    return new AgnizeError(
      'photo-not-found',
      `${path} is left out, since its name is not UTF-8: rename it.`,
    )
  }
  return null
}

/** Adds the path of the picture to an error. */
function named(error: AgnizeError, path: string): AgnizeError {
  return new AgnizeError(error.code, `${path}: ${error.message}`, { cause: error })
}
