import { expect, test } from 'vitest'
import { VisitRecorder } from '../../dist/application/visit-recorder.js'
import { Tracker } from '../../dist/recognition/tracker.js'
import { MotionGate } from '../../dist/watch/motion-gate.js'
import { Semaphore } from '../../dist/watch/semaphore.js'
import { unitVector } from '../fixtures.js'

const anna = { id: 'a', name: 'Anna' }

/** A face of a frame; without a seed it has no embedding. */
function face(x: number, seed: number | null, subject: typeof anna | null = null, score = 0.8) {
  return {
    box: { x, y: 100, width: 100, height: 100 },
    embedding: seed === null ? null : { model: 'test@1', vector: unitVector(seed, 128) },
    quality: { score },
    answer: seed === null ? null : subject ? 'match' : 'unknown',
    subject,
    image: null,
  } as Parameters<VisitRecorder['update']>[0][number]['face']
}

test('a track without embeddings is associated by position and keeps its name', () => {
  const tracker = new Tracker()
  for (let at = 0; at < 3; at++) tracker.update([face(0, 1, anna)], 100 * at)
  // The face moves twenty pixels a frame, which tracking by overlap alone would lose.
  const names: (string | undefined)[] = []
  for (let at = 3; at < 20; at++) {
    const [tracked] = tracker.update([face(20 * (at - 2), null)], 100 * at)
    names.push(tracked!.track.subject?.name)
    expect(tracked!.track.id).toBe(1)
  }
  expect(new Set(names)).toEqual(new Set(['Anna']))
})

test('crossing and new tracks are ambiguous', () => {
  const tracker = new Tracker()
  tracker.update([face(0, 1), face(300, 2)], 0)
  const at = (...boxes: number[]) =>
    tracker.expect(
      boxes.map((x) => face(x, null).box),
      100,
    )
  expect(at(5, 295).map((each) => [each?.track.id, each?.isSure])).toEqual([
    ...[
      [1, true],
      [2, true],
    ],
  ])
  expect(at(5, 20).map((each) => each?.isSure)).toEqual([false, false])
  expect(at(600)).toEqual([undefined])
})

test('a still frame keeps present tracks and no earlier ones', () => {
  const tracker = new Tracker({ patience: 1000 })
  tracker.update([face(0, 1), face(300, 2)], 0)
  tracker.update([face(0, 1)], 500)
  tracker.still(1200)
  tracker.still(1900)
  // The second track had expired; the first one continues.
  expect(
    tracker.update([face(0, null), face(300, null)], 2000).map(({ track }) => track.id),
  ).toEqual([...[1, 3]])
})

/** A recorder with its tracker; frames of a tenth of a second. */
function recording(away = 1000) {
  const tracker = new Tracker()
  const recorder = new VisitRecorder(null, 'door', { away })
  let at = 0
  const told: string[] = []
  const since: number[] = []
  const frames = async (count: number, faces: ReturnType<typeof face>[]) => {
    for (let i = 0; i < count; i++) {
      at += 100
      for (const { type, visit } of await recorder.update(tracker.update(faces, at), at)) {
        told.push(`${visit.subject?.name ?? 'stranger'} ${type}`)
        since.push(visit.firstAt)
      }
    }
  }
  return { recorder, tracker, frames, told, since, now: () => at, skip: (ms: number) => (at += ms) }
}

test('joins lost tracks into one visit, also when a stranger is recognized later', async () => {
  const { frames, told } = recording(2000)
  await frames(5, [face(0, 1, anna)])
  await frames(15, [])
  await frames(5, [face(400, 1, anna)])
  expect(told).toEqual(['Anna came'])
  await frames(20, [])
  expect(told).toEqual(['Anna came', 'Anna went'])
  // At first the face is too small to be recognized.
  await frames(12, [face(0, 2, null, 0.4)])
  await frames(30, [face(0, 2, anna)])
  expect(told.slice(2)).toEqual(['stranger came', 'Anna recognized'])
  await frames(20, [])
  expect(told.slice(4)).toEqual(['Anna went'])
})

test('a poor or short-lived face starts no visit of a stranger', async () => {
  const { frames, told } = recording()
  await frames(30, [face(0, 1, null, 0.2)])
  await frames(12, [])
  await frames(5, [face(0, 2)])
  await frames(12, [])
  expect(told).toEqual([])
  await frames(12, [face(0, 2)])
  expect(told).toEqual(['stranger came'])
})

test('a person who returns after the timeout has a second visit', async () => {
  const { frames, told, skip, since } = recording(500)
  await frames(6, [face(0, 1, anna)])
  skip(700)
  // The track continues by its position, but the visit has ended in between.
  await frames(1, [face(0, 1, anna)])
  expect(told).toEqual(['Anna came', 'Anna went', 'Anna came'])
  expect(since).toEqual([100, 100, 1400])
})

test('no visit ends while the camera is offline; ended visits are reported afterwards', async () => {
  const { recorder, frames, told, now, skip } = recording(1000)
  await frames(6, [face(0, 1, anna)])
  const from = now()
  skip(20_000)
  recorder.recordOutage(from, now())
  await frames(6, [face(0, 1, anna)])
  expect(told).toEqual(['Anna came'])
  const again = now()
  skip(20_000)
  recorder.recordOutage(again, now())
  await frames(5, [])
  expect(told).toEqual(['Anna came'])
  await frames(8, [])
  expect(told).toEqual(['Anna came', 'Anna went'])
})

test('the motion gate detects a small moving face, and neither noise nor a still room', () => {
  const frame = (draw: (x: number, y: number) => number) => {
    const data = new Uint8Array(1.5 * 640 * 480).fill(128)
    for (let y = 0; y < 480; y++) for (let x = 0; x < 640; x++) data[640 * y + x] = draw(x, y)
    return { width: 640, height: 480, data }
  }
  let state = 7
  const noise = () => {
    state = (16807 * state) % 2147483647
    return state % 9
  }
  const gate = new MotionGate()
  const room = () => frame(() => 100 + noise())
  expect(gate.hasMotion(room())).toBe(true)
  gate.setReference(room())
  expect(gate.hasMotion(room())).toBe(false)
  const inFace = (x: number, y: number) => x >= 300 && x < 320 && y >= 200 && y < 225
  expect(gate.hasMotion(frame((x, y) => (inFace(x, y) ? 160 : 100) + noise()))).toBe(true)
  // Slow changes accumulate.
  let moved = 0
  for (let i = 0; i < 10; i++) if (gate.hasMotion(frame(() => 100 + 2 * i))) moved++
  expect(moved).toBeGreaterThan(2)
  expect(gate.hasMotion({ width: 320, height: 240, data: new Uint8Array(1.5 * 320 * 240) })).toBe(
    true,
  )
})

test('the semaphore admits callers in order, up to its limit', async () => {
  const turns = new Semaphore(2)
  const done: number[] = []
  let [working, most] = [0, 0]
  await Promise.all(
    [1, 2, 3, 4, 5].map((n) =>
      turns.run(async () => {
        most = Math.max(most, ++working)
        await new Promise((wake) => setTimeout(wake, 5))
        working--
        done.push(n)
      }),
    ),
  )
  expect([done, most]).toEqual([[1, 2, 3, 4, 5], 2])
  await expect(turns.run(() => Promise.reject(new Error('x')))).rejects.toThrow('x')
  expect(await turns.run(async () => 'free again')).toBe('free again')
})
