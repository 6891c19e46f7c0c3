import type { Agnize } from '../agnize.js'
import { Greeter, weightOf } from '../greeting/greeter.js'
import { greetingFor } from '../greeting/phrase.js'
import { Tracker } from '../recognition/tracker.js'
import { VisitRecorder } from '../visit-recorder.js'
import { frames } from './frame-source.js'

/** A camera to watch. */
export interface CameraWatchOptions {
  /** What visits are recorded under. */
  readonly camera: string
  /** A file, a stream's address, or `webcam`. */
  readonly source: string
  /** Frames a second; default 10. */
  readonly fps?: number
  /** Read a file as fast as it can be, by its own clock. */
  readonly fast?: boolean
  readonly signal?: AbortSignal | undefined
}

/** What happened before a camera. Times are ISO 8601, UTC; of a file that is read fast, counted from the start. */
export type CameraEvent =
  /** Somebody came: a name by the votes of several frames, or nobody known. */
  | {
      readonly type: 'came'
      readonly camera: string
      readonly at: string
      readonly subject: { readonly id: string; readonly name: string } | null
      readonly similarity: number | null
    }
  /** They went; `since` is when they came. */
  | {
      readonly type: 'went'
      readonly camera: string
      readonly at: string
      readonly since: string
      readonly subject: { readonly id: string; readonly name: string } | null
    }
  | {
      readonly type: 'greeting'
      readonly camera: string
      readonly at: string
      readonly text: string
      readonly subjects: readonly { readonly id: string; readonly name: string }[]
      /** To be called when it was said, or could not be: until then nobody else is greeted. */
      readonly spoken: () => void
    }

/** Frames in which a face must have been followed before it counts. */
const leastFrames = 4
/** Poorer faces of strangers do not count: what is blurred is like anybody. */
const leastQuality = 0.3
/** Who was not seen for so long went, in milliseconds. */
const goneAfter = 2000

interface Present {
  readonly since: number
  seenAt: number
  readonly subject: { readonly id: string; readonly name: string } | null
}

/** Watches one camera: who comes, who goes, whom to greet. Visits are recorded where the gallery's settings say so. */
export async function* watchCamera(
  agnize: Agnize,
  { camera, source, fps = 10, fast = false, signal }: CameraWatchOptions,
): AsyncGenerator<CameraEvent, void, undefined> {
  const { phrase, againAfter } = await agnize.gallery.greeting()
  const { recording } = await agnize.visits.settings()
  const recorder = recording ? new VisitRecorder(agnize.visits, camera) : undefined
  const tracker = new Tracker()
  const greeter = new Greeter(againAfter === null ? {} : { againAfter: 1000 * againAfter })
  const present = new Map<string, Present>()
  const start = fast ? 0 : Date.now()
  // Visits are kept by the day, whatever clock a file has.
  const recordedFrom = Date.now()
  const time = (at: number) => new Date(start + at).toISOString()

  function* leave(at: number): Generator<CameraEvent> {
    for (const [key, { since, seenAt, subject }] of present) {
      if (at - seenAt < goneAfter) continue
      present.delete(key)
      yield { type: 'went', camera, at: time(seenAt), since: time(since), subject }
    }
  }

  try {
    for await (const { image, at } of frames({ source, fps, fast, signal })) {
      const { faces, crops } = await agnize.identified(image, { detail: 'fast' }, recording)
      const tracked = tracker.update(
        faces.map((face, i) => ({ ...face, image: crops?.[i]?.padded ?? null })),
        at,
      )
      await recorder?.update(tracked, recordedFrom + at)
      for (const { face, track } of tracked) {
        const { subject } = track
        const isStranger =
          !subject && face.answer === 'unknown' && face.quality.score >= leastQuality
        if (track.frames < leastFrames || (!subject && !isStranger)) continue
        const key = subject?.id ?? `stranger ${track.id}`
        const before = present.get(key)
        if (before) before.seenAt = at
        else {
          present.set(key, { since: at - track.age, seenAt: at, subject })
          const similarity = subject ? face.similarity : null
          yield { type: 'came', camera, at: time(at - track.age), subject, similarity }
        }
      }
      yield* leave(at)
      const people = greeter.update(
        await Promise.all(
          tracked.map(async ({ face, track }) => ({
            subject: track.subject,
            weight: weightOf(face.quality.score, face.box.height / image.height),
            age: track.age,
            phrase: track.subject ? await ownPhrase(agnize, track.subject.name) : null,
          })),
        ),
        at,
      )
      if (people) {
        const text = greetingFor(people, phrase ?? undefined)
        const subjects = people.map(({ id, name }) => ({ id, name }))
        const spoken = () => greeter.spoken()
        yield { type: 'greeting', camera, at: time(at), text, subjects, spoken }
      }
    }
    yield* leave(Number.POSITIVE_INFINITY)
  } finally {
    await recorder?.close()
  }
}

/** The phrase of somebody's own; null for everybody's. */
async function ownPhrase(agnize: Agnize, name: string): Promise<string | null> {
  const { greeting } = await agnize.people
    .get(name)
    .then(({ metadata }) => metadata)
    // Gone since the frame was searched.
    .catch(() => ({ greeting: null }))
  return typeof greeting === 'string' && greeting !== '' ? greeting : null
}
