/**
 * How many simulated people pass a challenge, and how many photos of them, for docs/liveness-challenge.md: `npm run bench:challenge`.
 * Films are made of ORL's photos and of LFW's (bench/challenge-films.ts): a face in relief stands for a person, a flat or bent photo for an
 * attack. Whoever moves reacts to an instruction after a while, and turns as far as people do. The limits were chosen on the first half.
 */
import { randomInt } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Random } from '../dist/base/random.js'
import { degreesOfFreedom, rateInterval, varianceOverPeople } from '../dist/evaluation/intervals.js'
import { toFiveLandmarks } from '../dist/faces/landmarks.js'
import { estimatePose } from '../dist/faces/pose.js'
import type { RgbImage } from '../dist/image/rgb-image.js'
import { openAgnize } from '../dist/index.js'
import { Challenge } from '../dist/liveness/challenge/challenge.js'
import { type ChallengeStep, defaultSteps, drawSteps } from '../dist/liveness/challenge/steps.js'
import { atRest, type Body, Film, type Posture } from './challenge-films.js'
import { type FacePoints, openPointFinder, readRgb } from './face-points.js'
import { facesFolder, photosOf } from './face-sets.js'

/** People of each half and set at most; `--people N` changes it. */
const most = Number(process.argv[process.argv.indexOf('--people') + 1]) || 20
/** Frames a second of a film, milliseconds until a person reacts to an instruction, and of the movement. Judgment: a webcam, an adult. */
const [fps, reaction, movement] = [10, 600, 500]

const bodies: readonly (readonly [string, Body])[] = [
  ['person (relief)', 'relief'],
  ['photo, turned', 'plane'],
  ...([0.5, 1, 1.6] as const).flatMap((bend) =>
    (['vertical', 'horizontal'] as const).map(
      (axis) => [`photo, bent by ${bend} around a ${axis} axis`, { bend, axis }] as const,
    ),
  ),
]

interface Try {
  readonly person: string
  readonly passed: boolean
  readonly seconds: number
  readonly reason: string
}

await using agnize = await openAgnize()
await agnize.models.pull()
const finder = await openPointFinder(agnize.models)
const random = new Random(1)
const tries = new Map<string, Try[]>()
const blinks: Try[] = []
const count = new Map<string, number>()

for (const [set, person, photo] of await candidates()) {
  const half = randomHalf(person)
  const group = `${half} half, ${set}`
  if ((count.get(group) ?? 0) >= most) continue
  const decoded = await readRgb(photo)
  const face = await finder.find(decoded)
  if (!face || !looksStraight(face)) continue
  count.set(group, (count.get(group) ?? 0) + 1)
  for (const [label, body] of bodies) {
    const steps = drawSteps(defaultSteps, (end) => randomInt(end))
    const found = await followed(decoded, face, body, steps)
    const at = `${half === 'first' ? 'chosen on' : 'others'}: ${label}`
    tries.set(at, [...(tries.get(at) ?? []), { person, ...found }])
  }
  const blink = await followed(decoded, face, 'relief', ['blink', 'turn-left'])
  blinks.push({ person, ...blink })
  console.error(group, count.get(group))
}

for (const [label, list] of [...tries].sort(([a], [b]) => (a < b ? -1 : 1))) line(label, list)
line('blink and turn-left: person (relief)', blinks)
process.exit(0)

/** One photo of each person, in a fixed order. */
async function candidates(): Promise<(readonly [set: string, person: string, photo: string])[]> {
  const orl = (await photosOf('orl')).map(({ name, photo }) => ['ORL', name, photo] as const)
  const seen = new Set<string>()
  const first = orl.filter(([, name]) => !seen.has(name) && seen.add(name))
  const folder = join(facesFolder, 'lfw-wild')
  if (!existsSync(folder)) return first
  const lfw = (await readdir(folder)).slice(0, 20 * most).map(async (person) => {
    const [photo = ''] = await readdir(join(folder, person))
    return ['LFW', person, join(folder, person, photo)] as const
  })
  return [...first, ...(await Promise.all(lfw))]
}

function randomHalf(person: string): 'first' | 'second' {
  let sum = 0
  for (const char of person) sum += char.charCodeAt(0)
  return sum % 2 === 0 ? 'first' : 'second'
}

function looksStraight({ points }: FacePoints): boolean {
  const { yaw, pitch, roll } = estimatePose(toFiveLandmarks(points))
  return Math.abs(yaw) < 8 && Math.abs(pitch) < 12 && Math.abs(roll) < 10
}

/** How a simulated person, or somebody who moves a photo, follows a challenge. */
async function followed(
  photo: RgbImage,
  face: FacePoints,
  body: Body,
  steps: readonly ChallengeStep[],
): Promise<Omit<Try, 'person'>> {
  const film = new Film(photo, face, body)
  const challenge = new Challenge({ steps, nonce: '', sameFace: 0 })
  // A person turns far enough; whoever holds a photo tries as far as it goes.
  const turn = body === 'relief' ? random.between(24, 36) : random.between(30, 50)
  const reach: Readonly<Record<string, Partial<Posture>>> = {
    'turn-left': { yaw: turn },
    'turn-right': { yaw: -turn },
    'look-up': { pitch: random.between(18, 28) },
    'come-closer': { size: random.between(1.35, 1.6) },
    blink: { closed: 1 },
  }
  let [from, to, since]: [Posture, Posture, number] = [atRest, atRest, 0]
  let asked: string | null = 'show-face'
  for (let at = 0; at < 60_000; at += 1000 / fps) {
    const moved = Math.max(0, Math.min(1, (at - since - reaction) / movement))
    // A blink goes back by itself.
    const way = asked === 'blink' ? (moved > 0 && at - since < reaction + 400 ? 1 : 0) : moved
    const posture: Posture = {
      yaw: from.yaw + way * (to.yaw - from.yaw),
      pitch: from.pitch + way * (to.pitch - from.pitch),
      size: from.size + way * (to.size - from.size),
      closed: way * to.closed,
    }
    const frame = film.frame(posture)
    const found = await finder.find(frame)
    const pose = found && estimatePose(toFiveLandmarks(found.points))
    const { state, instruction, reason } = challenge.observe({
      ...{ time: at + 1, at, nonce: '', width: frame.width, height: frame.height, second: 0 },
      face: found && { ...found, pose: pose!, similarity: 1 },
    })
    if (state === 'passed' || state === 'failed') {
      return { passed: state === 'passed', seconds: at / 1000, reason: reason ?? '' }
    }
    if (instruction !== asked) {
      ;[from, to, since] = [posture, { ...atRest, ...reach[instruction!] }, at]
      asked = instruction
    }
  }
  return { passed: false, seconds: 60, reason: 'endless' }
}

/** Prints the share that passes with its interval over people, the seconds, and why the others fail. */
function line(label: string, list: readonly Try[]): void {
  const counts = list.map(({ passed }) => ({ errors: passed ? 1 : 0, trials: 1 }))
  const passed = list.filter((each) => each.passed)
  const freedom = degreesOfFreedom(counts.map(({ errors }) => errors))
  const variance = varianceOverPeople(counts)
  const found = rateInterval(passed.length, list.length, variance, freedom, list.length)
  const percent = (share: number) => (100 * share).toFixed(1)
  const seconds = passed.map((each) => each.seconds).sort((a, b) => a - b)
  const reasons = new Map<string, number>()
  for (const { reason } of list) if (reason) reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  console.log(
    [
      label.padEnd(54),
      `${percent(found.value)} % (${percent(found.low)}–${percent(found.high)}) of ${list.length} pass`,
      seconds.length > 0
        ? `${seconds[seconds.length >> 1]!.toFixed(1)} s at the median, ${seconds.at(-1)!.toFixed(1)} s at most`
        : '',
      [...reasons].map(([reason, times]) => `${reason} ${times}`).join(', '),
    ].join('  '),
  )
}
