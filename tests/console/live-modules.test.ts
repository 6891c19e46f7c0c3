import { describe, expect, test } from 'vitest'
import { Motion } from '../../web/src/live/motion.js'
import { trackStatus } from '../../web/src/live/naming.js'
import { namesIn } from '../../web/src/people/folder-names.js'
import { guidanceFor } from '../../web/src/people/guidance.js'
import type { LiveFace } from '../../web/src/recognize/protocol.js'

interface Given {
  readonly x?: number
  readonly width?: number
  readonly id?: number
  readonly frames?: number
  readonly name?: string | null
  readonly answer?: LiveFace['answer']
  readonly reasons?: readonly string[]
  readonly score?: number
  readonly yaw?: number
}

function face({
  x = 200,
  width = 200,
  id = 1,
  frames = 10,
  name = null,
  answer = 'unknown',
  reasons = [],
  score = 0.8,
  yaw = 0,
}: Given = {}): LiveFace {
  return {
    box: { x, y: 100, width, height: width },
    quality: { score, reasons },
    pose: { yaw, pitch: 0, roll: 0 },
    answer,
    track: {
      ...{ id, frames, age: 1000, greeting: null, sighting: null },
      subject: name === null ? null : { id: name, name },
    },
  } as unknown as LiveFace
}

const size = { width: 640, height: 480 }

describe('boxes between recognitions', () => {
  test('follow a moving face smoothly', () => {
    const motion = new Motion()
    const seen: number[] = []
    for (let now = 0; now < 2000; now += 16) {
      // Recognized every 64 ms, 40 ms late, of a face that moves 0.1 pixels a millisecond.
      if (now % 64 === 0)
        motion.update({ at: now - 40, ...size, faces: [face({ x: 0.1 * (now - 40) })] }, now)
      seen.push(motion.at(now)[0]!.box.x)
    }
    const steps = seen.map((x, i) => x - (seen[i - 1] ?? x)).slice(30)
    expect(Math.max(...steps)).toBeLessThan(6)
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(0)
    // The lag is at most a tenth of a second.
    expect(0.1 * 1984 - seen.at(-1)!).toBeLessThan(10)
  })

  test('stay until a result lacks the face, however late it comes, and fade then', () => {
    const motion = new Motion()
    motion.update({ at: 0, ...size, faces: [face()] }, 0)
    expect(motion.at(0)[0]!.opacity).toBe(1)
    expect(motion.at(2000)[0]!.opacity).toBe(1)
    motion.update({ at: 1500, ...size, faces: [] }, 2000)
    expect(motion.at(2250)[0]!.opacity).toBe(1)
    expect(motion.at(2400)[0]!.opacity).toBeCloseTo(0.5)
    expect(motion.at(2600)).toEqual([])
  })

  test('go when no result comes any more', () => {
    const motion = new Motion()
    motion.update({ at: 0, ...size, faces: [face()] }, 0)
    expect(motion.at(11_000)).toEqual([])
  })
})

test('a name takes the votes of several frames', () => {
  expect(trackStatus(face({ name: 'A' }))).toBe('match')
  expect(trackStatus(face({ answer: 'match' }))).toBe('pending')
  expect(trackStatus(face({ frames: 2 }))).toBe('pending')
  expect(trackStatus(face())).toBe('unknown')
  expect(trackStatus(face({ answer: 'not_judgeable' }))).toBe('not_judgeable')
})

test('guidance shows the most important advice first', () => {
  const say = (...faces: LiveFace[]) => guidanceFor({ faces, ...size })
  expect(say()).toBe('nobody')
  expect(say(face(), face({ id: 2, width: 150 }))).toBe('several')
  expect(say(face(), face({ id: 2, width: 40 }))).toBe('good')
  expect(say(face({ width: 80, reasons: ['badly_exposed'] }))).toBe('closer')
  expect(say(face({ reasons: ['badly_exposed', 'blurred'] }))).toBe('light')
  expect(say(face({ yaw: 30 }))).toBe('look')
  expect(say(face({ reasons: ['blurred'] }))).toBe('still')
  expect(say(face({ reasons: ['not_clearly_visible'] }))).toBe('clear')
  expect(say(face({ score: 0.4 }))).toBe('still')
})

test('photos of a folder belong to the same people as on the command line', () => {
  expect(namesIn(['people/Anna/1.jpg', 'people/Anna/2.jpg', 'people/skuli.jpg'])).toEqual([
    ...['Anna', 'Anna', 'skuli'],
  ])
  expect(namesIn(['Anna/1.jpg', 'Bo/1.jpg'])).toEqual(['Anna', 'Bo'])
  expect(namesIn(['a.b.jpg', 'c.jpg'])).toEqual(['a.b', 'c'])
  expect(namesIn(['people/Anna/old/1.jpg', 'people/Bo/1.jpg'])).toEqual([null, 'Bo'])
})
