import { type FSWatcher, watch } from 'node:fs'
import { AgnizeError, type ErrorCode } from '../base/errors.js'
import { type PhotoFile, photoFilesIn, type SkippedFile } from '../gallery/people-folder.js'

/** A picture that arrived in the folder and is ready to be read. */
export interface ArrivedPicture {
  readonly path: string
  /** Reports that the picture could not be read. It is retried once it has changed, otherwise its failure is reported. */
  readonly failed: (error: AgnizeError) => void
}

/** News of a folder: a picture arrived, a picture could not be read, or, as null, a poll without news. */
export type FolderNews = ArrivedPicture | { readonly error: AgnizeError } | null

/** Times in milliseconds. */
export interface FolderTimes {
  /** A file whose size and time have not changed for this long is complete. */
  readonly settleMs: number
  /** Polling interval where the file system sends no events, such as for sub-folders. */
  readonly pollMs: number
  /** A file that cannot be read may still be uploading until it has not changed for this long. */
  readonly uploadTimeoutMs: number
}

/** Judgment. */
const defaultTimes: FolderTimes = { settleMs: 300, pollMs: 1000, uploadTimeoutMs: 10_000 }

/** The pause between two scans is at least this multiple of the duration of a scan. Judgment. */
const scanPauseFactor = 4

/** Errors that an incomplete upload may cause. */
const incompleteUploadErrors: ReadonlySet<ErrorCode> = new Set([
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
  times: FolderTimes = defaultTimes,
): AsyncGenerator<FolderNews, void, undefined> {
  const skipped: AgnizeError[] = []
  const reportedPaths = new Set<string>()
  const list = () =>
    photoFilesIn(folder, true, {
      onSkipped: (one) => {
        const error = reportedPaths.has(one.path) ? null : reportableError(one)
        if (!error) return
        reportedPaths.add(one.path)
        skipped.push(error)
      },
    })
  const before = await list()
  while (skipped.length > 0) yield { error: skipped.shift()! }
  if (all) {
    for (const { path } of before) {
      const errors: AgnizeError[] = []
      yield { path, failed: (error) => errors.push(withPath(error, path)) }
      for (const error of errors) yield { error }
    }
    return
  }
  const uploads = new UploadTracker(before, times)
  const scanTimer = new ScanTimer(folder, signal)
  let isMissing = false
  try {
    while (!signal.aborted) {
      const began = performance.now()
      try {
        uploads.update(await list(), began)
        isMissing = false
      } catch (error) {
        // A disk or a share may be mounted again; files already processed stay known.
        if (!(error instanceof AgnizeError)) throw error
        if (!isMissing) skipped.push(error)
        isMissing = true
      }
      const scanMs = performance.now() - began
      while (skipped.length > 0) yield { error: skipped.shift()! }
      for (const picture of isMissing ? [] : uploads.completed()) {
        yield picture
        if (signal.aborted) return
      }
      for (const error of uploads.failures(performance.now())) yield { error }
      yield null
      const wait = uploads.isUploading ? times.settleMs : times.pollMs
      await scanTimer.wait(Math.max(wait, scanPauseFactor * scanMs), !uploads.isUploading)
    }
  } finally {
    scanTimer.close()
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
  isReported: boolean
}

/** Tracks which files of a folder are complete. */
class UploadTracker {
  readonly #times: FolderTimes
  /** By file id (device and inode), so that a renamed file is not processed again. */
  #known = new Map<string, KnownFile>()
  #now = 0

  constructor(before: readonly PhotoFile[], times: FolderTimes) {
    this.#times = times
    for (const file of before) {
      this.#known.set(file.id, { ...{ file, since: 0, state: 'seen' }, ...unreported })
    }
  }

  /** Whether a file is still uploading. */
  get isUploading(): boolean {
    return [...this.#known.values()].some(({ state }) => state === 'coming')
  }

  /** Updates the known files from a listing. A file that is missing is forgotten, with its failure. */
  update(files: readonly PhotoFile[], now: number): void {
    this.#now = now
    const known = new Map<string, KnownFile>()
    const byPath = new Map([...this.#known.values()].map((one) => [one.file.path, one]))
    for (const file of files) {
      const one = this.#known.get(file.id) ??
        sameAs(byPath.get(file.path), file) ?? {
          ...{ file, since: now, state: 'coming' as const },
          ...unreported,
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
  *completed(): Generator<ArrivedPicture, void, undefined> {
    const complete = [...this.#known.values()]
      .filter(({ state, since }) => state === 'coming' && this.#now - since >= this.#times.settleMs)
      .sort((a, b) => Number(a.file.changedAt - b.file.changedAt))
    for (const one of complete) {
      const { path } = one.file
      one.state = 'seen'
      yield {
        path,
        failed: (error) => {
          one.state = 'failed'
          one.failure = withPath(error, path)
        },
      }
      if (one.state === 'seen') one.isReported = false
    }
  }

  /** Yields the failures of unreadable files that are due to be reported. */
  *failures(now: number): Generator<AgnizeError, void, undefined> {
    for (const one of this.#known.values()) {
      const { failure, since, isReported } = one
      if (!failure) continue
      if (incompleteUploadErrors.has(failure.code) && now - since < this.#times.uploadTimeoutMs)
        continue
      one.failure = null
      one.isReported = true
      if (!isReported) yield failure
    }
  }
}

const unreported = { failure: null, isReported: false } as const

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
class ScanTimer {
  readonly #signal: AbortSignal
  readonly #watcher: FSWatcher | undefined
  #wake: (isEnd: boolean) => void = () => {}

  constructor(folder: string, signal: AbortSignal) {
    this.#signal = signal
    signal.addEventListener('abort', this.#onAbort)
    try {
      this.#watcher = watch(folder, () => this.#wake(false))
      this.#watcher.on('error', () => {})
    } catch {
      // Network file systems may send no events; polling covers them.
    }
  }

  readonly #onAbort = () => this.#wake(true)

  /** @param sooner - Whether an event ends the wait early. False while a file is uploading, which sends events all the time. */
  wait(milliseconds: number, sooner: boolean): Promise<void> {
    if (this.#signal.aborted) return Promise.resolve()
    return new Promise<void>((done) => {
      const timer = setTimeout(done, milliseconds)
      this.#wake = (isEnd) => {
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
function reportableError({ path, reason }: SkippedFile): AgnizeError | null {
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
function withPath(error: AgnizeError, path: string): AgnizeError {
  return new AgnizeError(error.code, `${path}: ${error.message}`, { cause: error })
}
