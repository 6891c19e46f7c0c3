import { type FSWatcher, watch } from 'node:fs'
import { AgnizeError, type ErrorCode } from '../base/errors.js'
import { type PhotoFile, photoFilesIn, type SkippedFile } from '../gallery/people-folder.js'

/** A picture that landed, to be looked at. */
export interface LandedPicture {
  readonly path: string
  /** Says that it could not be. It comes again once it has changed, or its failure is told. */
  readonly failed: (error: AgnizeError) => void
}

/** What happens in a folder: a picture landed, one could not be read, or, with null, some time went by. */
export type FolderNews = LandedPicture | { readonly error: AgnizeError } | null

/** In milliseconds. */
export interface FolderTimes {
  /** A file that has not changed for so long is looked at. */
  readonly settled: number
  /** How often is looked where the system tells nothing, as of sub-folders. */
  readonly lookEvery: number
  /** A file that cannot be read may be one that is still coming, until it has not changed for so long. */
  readonly patience: number
}

const usualTimes: FolderTimes = { settled: 300, lookEvery: 1000, patience: 10_000 }

/** A look at many files takes long: so many times as long passes before the next. */
const restAfterLook = 4

/** How a picture may fail that has not wholly arrived. */
const mayBeComing: ReadonlySet<ErrorCode> = new Set([
  ...(['photo-not-found', 'not-an-image', 'image-damaged'] as const),
])

/**
 * Pictures as they land in a folder or its sub-folders, each file once, when it has arrived and again when it has changed; what
 * was there before is left alone. A file that cannot be read is told at most once, and not while it is still coming.
 *
 * @param all - Gives what is there, by name, and ends.
 * @throws AgnizeError `photo-not-found` where the folder cannot be read at first. One that goes away later is told once, and waited for.
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
        // A disk or a share that is gone may come back; what was seen in it stays seen.
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

/** What is known of a file. */
interface KnownFile {
  file: PhotoFile
  /** Since when it is as it is. */
  since: number
  state: 'coming' | 'seen' | 'failed'
  /** Why it could not be read; null once that was told. */
  failure: AgnizeError | null
  /** Whether a failure was told since it could last be read. */
  isTold: boolean
}

/** Which files of a folder have arrived. */
class Landing {
  readonly #times: FolderTimes
  /** By what they are, so that a file that gets another name is no other file. */
  #known = new Map<string, KnownFile>()
  #now = 0

  constructor(before: readonly PhotoFile[], times: FolderTimes) {
    this.#times = times
    for (const file of before) {
      this.#known.set(file.id, { ...{ file, since: 0, state: 'seen' }, ...untold })
    }
  }

  /** Whether a file has changed of late. */
  get isComing(): boolean {
    return [...this.#known.values()].some(({ state }) => state === 'coming')
  }

  /** Takes note of the files that there are. What has gone is forgotten, with its failure. */
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

  /** Those that have arrived since the last look, as far as their sizes and times tell, in the order of their times. */
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

  /** What is to be told now of files that could not be read. */
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

/** A share that is mounted again gives its files other numbers. */
function sameAs(before: KnownFile | undefined, file: PhotoFile): KnownFile | undefined {
  if (before?.file.size !== file.size || before.file.writtenAt !== file.writtenAt) return undefined
  return before
}

function hasChanged({ file: before, state }: KnownFile, file: PhotoFile): boolean {
  if (before.size !== file.size || before.writtenAt !== file.writtenAt) return true
  // What could not be read may have been given the right permissions.
  return state === 'failed' && before.changedAt !== file.changedAt
}

/** When to look at a folder: when the system says so, or after a while. */
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
      // A network's folder may tell nothing: it is looked at anyway.
    }
  }

  readonly #onAbort = () => this.#tell(true)

  /** @param sooner - Whether a change is worth looking at once: a file that is still coming is not looked at any sooner for it. */
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

/** What somebody has to mend, so that pictures there can be seen. */
function reasonToTell({ path, reason }: SkippedFile): AgnizeError | null {
  if (reason === 'may-not-be-read') {
    return new AgnizeError(
      'photo-not-found',
      `${path} may not be read and is left out: change its permissions.`,
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

/** An error that says which picture it is of. */
function named(error: AgnizeError, path: string): AgnizeError {
  return new AgnizeError(error.code, `${path}: ${error.message}`, { cause: error })
}
