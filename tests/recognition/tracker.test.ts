import { expect, test } from 'vitest'
import { Tracker } from '../../dist/recognition/tracker.js'
import { unitVector } from '../fixtures.js'

const anna = { id: 'a', name: 'Anna' }
const bo = { id: 'b', name: 'Bo' }

/** A face of a frame. */
function face(
  x: number,
  seed: number,
  { subject = null as typeof anna | null, answer = 'unknown', score = 0.8 } = {},
) {
  return {
    box: { x, y: 100, width: 100, height: 100 },
    embedding: { model: 'test@1', vector: unitVector(seed, 128) },
    quality: { score, reasons: [] },
    answer: subject ? 'match' : answer,
    subject,
  } as unknown as Parameters<Tracker['update']>[0][number]
}

const ids = (tracked: ReturnType<Tracker['update']>) => tracked.map(({ track }) => track.id)

test('faces keep their tracks while they move, cross and are hidden for a moment', () => {
  const tracker = new Tracker()
  expect(ids(tracker.update([face(0, 1), face(500, 2)], 0))).toEqual([1, 2])
  // In another order, and moved.
  expect(ids(tracker.update([face(480, 2), face(30, 1)], 40))).toEqual([2, 1])
  // The faces have swapped places: the embeddings identify them.
  expect(ids(tracker.update([face(480, 1), face(30, 2)], 80))).toEqual([1, 2])
  expect(ids(tracker.update([face(30, 2)], 120))).toEqual([2])
  expect(ids(tracker.update([face(470, 1), face(30, 2)], 900))).toEqual([1, 2])
  // The track has expired.
  expect(ids(tracker.update([face(470, 1)], 5000))).toEqual([3])
})

test('another person at the same position gets another track', () => {
  const tracker = new Tracker()
  tracker.update([face(100, 1)], 0)
  const stranger = face(100, 1)
  const opposite = {
    ...stranger,
    embedding: { model: 'test@1', vector: stranger.embedding!.vector.map((x) => -x) },
  }
  expect(ids(tracker.update([opposite], 40))).toEqual([2])
})

test('naming takes several frames, and one bad frame does not change the name', () => {
  const tracker = new Tracker()
  const name = (subject: typeof anna | null, options = {}) =>
    tracker.update([face(0, 1, { subject, ...options })], at++)[0]!.track.subject?.name ?? null
  let at = 0
  expect([name(anna), name(anna), name(anna)]).toEqual([null, null, 'Anna'])
  expect(name(bo, { score: 0.2 })).toBe('Anna')
  expect(name(null, { answer: 'not_judgeable' })).toBe('Anna')
  // A change that persists is adopted.
  const later = Array.from({ length: 12 }, () => name(bo))
  expect(later.at(-1)).toBe('Bo')
  expect(new Tracker().update([face(0, 1)], 0)[0]!.track).toMatchObject({
    frames: 1,
    subject: null,
  })
})

test('votes count by quality: three poor frames do not outvote three good ones', () => {
  const tracker = new Tracker()
  const see = (subject: typeof anna, score: number) =>
    tracker.update([face(0, 1, { subject, score })], at++)[0]!.track.subject?.name ?? null
  let at = 0
  for (let i = 0; i < 3; i++) see(anna, 1)
  expect([see(bo, 0.1), see(bo, 0.1), see(bo, 0.1)]).toEqual(['Anna', 'Anna', 'Anna'])
})

test('a track takes one face per frame, however similar two are', () => {
  const tracker = new Tracker()
  tracker.update([face(0, 1)], 0)
  expect(ids(tracker.update([face(0, 1), face(10, 1)], 40))).toEqual([1, 2])
})

test('strangers get no name', () => {
  const tracker = new Tracker()
  for (let at = 0; at < 10; at++) {
    expect(tracker.update([face(0, 1)], at)[0]!.track.subject).toBeNull()
  }
})

test('tracks and names a person at a low frame rate', () => {
  for (const apart of [1000, 1200, 1900]) {
    const tracker = new Tracker()
    const seen = [0, 1, 2, 3].map(
      (i) => tracker.update([face(0, 1, { subject: anna }), face(500, 2)], i * apart)[0]!.track,
    )
    expect(seen.map(({ id }) => id)).toEqual([1, 1, 1, 1])
    expect(seen.at(-1)!.subject).toEqual(anna)
    // A track expires, and a single late frame does not make the frame rate count as slow.
    expect(ids(tracker.update([face(0, 1)], 3 * apart + 4 * apart))).toEqual([3])
  }
})

test('parallel trackers share their track ids', () => {
  let last = 0
  const [one, other] = [new Tracker({}, () => ++last), new Tracker({}, () => ++last)]
  expect(ids(one.update([face(0, 1)], 0))).toEqual([1])
  expect(ids(other.update([face(0, 1)], 0))).toEqual([2])
})
