import { AttackReports, type TrackedAttack } from '../application/attack-reports.js'
import { DetailsCache } from '../application/details-cache.js'
import {
  type RecordedFace,
  type VisitChange,
  VisitRecorder,
} from '../application/visit-recorder.js'
import { isPhotoError } from '../base/errors.js'
import { type GreetedSubject, Greeter, weightOf } from '../greeting/greeter.js'
import { greetingFor } from '../greeting/phrase.js'
import { toRgb } from '../image/yuv.js'
import type { Agnize } from '../library/agnize.js'
import { type TrackedFace, Tracker } from '../recognition/tracker.js'
import type { AttackEvent, CameraEvent, CameraFailure, VisitEvent } from './event.js'
import { FaceTracker } from './face-tracker.js'
import { feedOf } from './feed.js'
import { MotionGate } from './motion-gate.js'
import { picturesIn } from './picture-folder.js'
import { applyRules, type RuleAction } from './rules.js'
import { Semaphore } from './semaphore.js'
import { kindOf } from './source.js'
import type { CameraOptions, WatchOptions } from './watch-options.js'

/** State shared by the cameras that are watched together. */
export interface Shared {
  /** One greeter for all cameras, so that no subject is greeted twice and greetings do not overlap. */
  readonly greeter: Greeter
  readonly phrase: string | null
  readonly details: DetailsCache
  readonly semaphore: Semaphore
}

/** Longest time without a face search while nothing moves, in milliseconds: with no track, and with live tracks. Judgment. */
const maxDetectionIntervalMs = { empty: 5000, followed: 1000 } as const
/**
 * Interval between face searches while something moves, in milliseconds: with no track, and once every track is decided. While a
 * track is undecided, every frame is searched. Judgment.
 */
const minDetectionIntervalMs = { empty: 200, known: 300 } as const
/** Open visits end when their camera has been offline for longer than this, in milliseconds. Judgment. */
const maxOutageMs = 60_000
/** How long settings read from the gallery are cached, in milliseconds. Judgment. */
const settingsMaxAgeMs = 3000

/** Creates the state that the cameras share. */
export async function createShared(agnize: Agnize): Promise<Shared> {
  const { phrase, againAfter } = await agnize.gallery.greeting()
  return {
    greeter: new Greeter(againAfter === null ? {} : { againAfter: 1000 * againAfter }),
    phrase,
    details: new DetailsCache(),
    semaphore: new Semaphore(agnize.threads),
  }
}

/**
 * Watches one camera and yields its events: visits, greetings, camera state. Records visits where the gallery's settings say so.
 */
export class CameraWatch {
  readonly #agnize: Agnize
  readonly #camera: CameraOptions
  readonly #options: WatchOptions
  readonly #shared: Shared
  readonly #recorder: VisitRecorder
  readonly #attacks: AttackReports
  readonly #signal: AbortSignal
  readonly #isFolder: boolean
  /** Action and rule of each open visit, as decided when the visit began. */
  readonly #ruleActions = new Map<
    string,
    { readonly action: RuleAction; readonly rule: string | null }
  >()
  /** Time origin of a video file that is read fast, in milliseconds since 1970. */
  readonly #start = Date.now()
  #isRecording = false
  #isAdapting = false
  #settingsAt = 0

  constructor(agnize: Agnize, camera: CameraOptions, options: WatchOptions, shared: Shared) {
    this.#agnize = agnize
    this.#camera = camera
    this.#options = options
    this.#shared = shared
    this.#signal = options.signal ?? new AbortController().signal
    this.#isFolder = kindOf(camera.source) === 'folder'
    const { away = this.#isFolder ? 60 : 10 } = options
    this.#attacks = new AttackReports(1000 * away)
    this.#recorder = new VisitRecorder(null, camera.camera, {
      away: 1000 * away,
      // One picture is enough to open a visit or assign a visitor id: pictures in a folder have no next frame.
      ...(this.#isFolder && { frames: 1, strangerAfter: 0 }),
    })
  }

  /**
   * Yields events until the source ends or the signal aborts.
   *
   * @throws AgnizeError `photo-not-found` where a file or folder cannot be read; `bad-argument` where ffmpeg is missing.
   */
  async *events(): AsyncGenerator<CameraEvent | CameraFailure, void, undefined> {
    try {
      yield* this.#isFolder ? this.#folderEvents() : this.#frameEvents()
    } finally {
      // The consumer stopped early: no further event is yielded, but open visits are recorded.
      await this.#recorder.close()
    }
  }

  async *#frameEvents(): AsyncGenerator<CameraEvent, void, undefined> {
    const { source, fps = 10, width = 640, hardware, rotate } = this.#camera
    const { fast = false } = this.#options
    const tracker = new FaceTracker(this.#agnize, this.#options.liveness)
    const gate = new MotionGate()
    let detectedAt = Number.NEGATIVE_INFINITY
    let offlineSince: number | undefined
    /** Faces of the last frame that was searched. */
    let faces: readonly TrackedFace<RecordedFace>[] = []
    const signal = this.#signal
    for await (const item of feedOf({ source, fps, width, hardware, rotate, fast, signal })) {
      if ('state' in item) {
        const now = Date.now()
        if (item.state !== 'online') {
          offlineSince ??= now
          if (now - offlineSince > maxOutageMs)
            yield* this.#visitEvents(await this.#recorder.close())
          if (item.state === 'retrying') continue
          yield this.#state('offline', item.reason)
        } else {
          if (offlineSince !== undefined) {
            this.#recorder.recordOutage(offlineSince, now)
            tracker.onOutage()
          }
          offlineSince = undefined
          yield this.#state('online', null)
        }
        continue
      }
      const { at, changes, greeted, attacks } = await this.#shared.semaphore.run(async () => {
        const frame = item.frame()
        const began = performance.now()
        const { image } = frame
        const at = fast ? this.#start + frame.at : performance.timeOrigin + frame.at
        await this.#readSettings()
        const since = at - detectedAt
        const isEmpty = tracker.size === 0
        const isOverdue =
          since > (isEmpty ? maxDetectionIntervalMs.empty : maxDetectionIntervalMs.followed)
        const isSoon =
          since < (isEmpty ? minDetectionIntervalMs.empty : minDetectionIntervalMs.known)
        const isStill = tracker.isSettled && !isSoon && !isOverdue && !gate.hasMotion(image)
        const isLookedAt = !isStill && !(tracker.isSettled && isSoon)
        let changes: VisitChange[]
        if (isLookedAt) {
          gate.setReference(image)
          detectedAt = at
          faces = await tracker.update(toRgb(image), at, this.#wantsImages)
          changes = await this.#recorder.update(this.#admitted(faces), at)
        } else {
          if (isStill) {
            tracker.still(at)
            await this.#recorder.still(at)
          }
          changes = await this.#recorder.endExpired(at)
        }
        const greeted = await this.#greet(this.#admitted(faces), image.height, at)
        const attacks = this.#attacks.update(faces, at)
        const { camera } = this.#camera
        const age = performance.now() - (fast ? began : frame.at)
        this.#options.onFrame?.({ camera, image: () => toRgb(image), faces, age, isLookedAt })
        return { at, changes, greeted, attacks }
      })
      yield* this.#visitEvents(changes)
      yield* this.#attackEvents(attacks, at)
      if (greeted) yield this.#greeting(greeted, at)
    }
    if (!signal.aborted) yield* this.#visitEvents(await this.#recorder.close())
  }

  async *#folderEvents(): AsyncGenerator<CameraEvent | CameraFailure, void, undefined> {
    const { source } = this.#camera
    const { fast = false } = this.#options
    let tracks = 0
    for await (const news of picturesIn(source, fast, this.#signal)) {
      if (news === null) {
        // Visits end on time, not when the next picture arrives.
        yield* this.#visitEvents(await this.#recorder.endExpired(Date.now()))
        continue
      }
      if ('error' in news) {
        const { error } = news
        yield { type: 'failed', camera: this.#camera.camera, at: new Date().toISOString(), error }
        continue
      }
      await this.#readSettings()
      const at = Date.now()
      try {
        const crops = this.#wantsImages
        const { liveness = 'off' } = this.#options
        const photo = await this.#agnize.identifyPhoto(news.path, { crops, liveness })
        const { faces, height } = photo
        // Every picture gets a new tracker: position carries no information about identity from one picture to the next.
        const tracker = new Tracker(
          { frames: 1, requireLive: liveness === 'require' },
          () => ++tracks,
        )
        const tracked = tracker.update(
          faces.map((face, i) => ({ ...face, image: photo.crops[i] ?? null })),
          at,
        )
        const admitted = this.#admitted(tracked)
        yield* this.#visitEvents(await this.#recorder.update(admitted, at))
        yield* this.#attackEvents(this.#attacks.update(tracked, at), at)
        const greeted = await this.#greet(admitted, height, at, true)
        if (greeted) yield this.#greeting(greeted, at)
      } catch (error) {
        // The next picture may be readable.
        if (!isPhotoError(error)) throw error
        news.failed(error)
      }
    }
    if (!this.#signal.aborted) yield* this.#visitEvents(await this.#recorder.close())
  }

  get #wantsImages(): boolean {
    return this.#isRecording || this.#isAdapting || this.#options.images === true
  }

  async #readSettings(): Promise<void> {
    const now = Date.now()
    if (now - this.#settingsAt < settingsMaxAgeMs) return
    this.#settingsAt = now
    const { recording } = await this.#agnize.visits.settings()
    this.#isAdapting = (await this.#agnize.references.settings()).adapting
    this.#isRecording = recording
    this.#recorder.setJournal(recording ? this.#agnize.visits : null)
  }

  async #greet(
    faces: readonly TrackedFace<RecordedFace>[],
    height: number,
    at: number,
    isCertain = false,
  ): Promise<readonly GreetedSubject[] | null> {
    const { greeter, details } = this.#shared
    const present = await Promise.all(
      faces.map(async ({ face, track }) => ({
        subject: (await this.#isQuiet(track.subject, at)) ? null : track.subject,
        weight: weightOf(face.quality.score, face.box.height / height),
        age: track.age,
        phrase: await details.phraseOf(this.#agnize.people, track.subject),
        isCertain,
      })),
    )
    return greeter.update(present, at, this.#camera.camera)
  }

  /** The faces that may be greeted and make visits. */
  #admitted(faces: readonly TrackedFace<RecordedFace>[]): readonly TrackedFace<RecordedFace>[] {
    if (this.#options.liveness !== 'require') return faces
    return faces.filter(({ track }) => track.liveness === 'live')
  }

  *#attackEvents(attacks: readonly TrackedAttack[], at: number): Generator<AttackEvent> {
    const { camera } = this.#camera
    for (const attack of attacks) {
      this.#attacks.markReported(attack, at)
      const { track: _, ...seen } = attack
      yield { type: 'attack', camera, at: this.#time(at), ...seen, alert: true }
    }
  }

  async *#visitEvents(changes: readonly VisitChange[]): AsyncGenerator<VisitEvent> {
    for (const { type, visit } of changes) {
      const { camera } = this.#camera
      const { subject, face, firstAt, lastAt } = visit
      // Once a subject is recognized, another rule may apply.
      const before = type === 'recognized' ? undefined : this.#ruleActions.get(visit.visit)
      const { action, rule } = before ?? (await this.#decide(subject, lastAt))
      this.#ruleActions.set(visit.visit, { action, rule })
      if (type === 'went') {
        this.#ruleActions.delete(visit.visit)
        await this.#adapt(visit)
      }
      if (action === 'quiet') continue
      yield {
        ...{ type, camera, at: this.#time(type === 'came' ? firstAt : lastAt) },
        ...{ visit: visit.visit, since: this.#time(firstAt), subject },
        ...{ visitor: visit.visitor, before: visit.before, similarity: face.similarity },
        ...{ quality: face.quality, explanation: face.explanation },
        ...{ alert: action === 'alert' && type !== 'went', rule, image: face.image },
      }
    }
  }

  /** Adds the face of a recognized subject as an adaptive template where the policy allows it. */
  async #adapt({ visit, subject, face }: VisitChange['visit']): Promise<void> {
    if (!subject || !this.#wantsImages) return
    const { camera } = this.#camera
    // The subject was deleted or renamed meanwhile: there is nothing to adapt.
    await this.#agnize.references.adapt({ visit, camera, subject, face }).catch(() => null)
  }

  async #isQuiet(subject: VisitEvent['subject'], at: number): Promise<boolean> {
    if (!subject || !this.#options.rules?.some((rule) => rule.do === 'quiet')) return false
    return (await this.#decide(subject, at)).action === 'quiet'
  }

  async #decide(subject: VisitEvent['subject'], at: number) {
    const { rules = [] } = this.#options
    const needsTags = subject && rules.some(({ tags }) => tags)
    const tags = needsTags ? await this.#shared.details.tagsOf(this.#agnize.people, subject) : []
    return applyRules(rules, { camera: this.#camera.camera, subject, tags, at: new Date(at) })
  }

  #greeting(people: readonly GreetedSubject[], at: number): CameraEvent {
    const { greeter, phrase } = this.#shared
    return {
      ...{ type: 'greeting', camera: this.#camera.camera, at: this.#time(at) },
      text: greetingFor(people, phrase ?? undefined),
      subjects: people.map(({ id, name }) => ({ id, name })),
      spoken: () => greeter.spoken(),
    }
  }

  #state(type: 'online' | 'offline', reason: string | null): CameraEvent {
    return { type, camera: this.#camera.camera, at: new Date().toISOString(), reason }
  }

  #time(at: number): string {
    return new Date(this.#options.fast && !this.#isFolder ? at - this.#start : at).toISOString()
  }
}
