/**
 * How pictures of faces are told from faces, for docs/liveness.md: `npm run bench:liveness`. What is chosen is chosen on half the people
 * of NUAA, and printed for both halves. `-- --time` prints the time of a face only.
 */

import { shareText } from '../dist/evaluation/attacks/attack-page.js'
import {
  type Assessed,
  apcer,
  bpcer,
  heldOutRates,
  thresholdBetween,
} from '../dist/evaluation/attacks/attack-rates.js'
import { Pyramid } from '../dist/image/pyramid.js'
import { TurnedPicture } from '../dist/image/turned-picture.js'
import { assessLiveness } from '../dist/liveness/assess-liveness.js'
import { embeddingCard } from '../dist/models/builtin.js'
import { openSession } from '../dist/models/runtime.node.js'
import { median } from './face-sets.js'
import { printConditions } from './liveness-conditions.js'
import {
  agnize,
  combinations,
  minifas,
  presentations,
  type Seen,
  scoresOf,
  seen,
  thresholdOf,
  tuning,
  unjudged,
} from './liveness-faces.js'
import { printComposited, printOrdinary } from './liveness-ordinary.js'

if (process.argv.includes('--time')) {
  await printTimes()
  process.exit(0)
}

const live: Seen[] = []
const prints: Seen[] = []
for (const { species, person, photo } of presentations) {
  const face = await seen(person, photo)
  if (face) (species === null ? live : prints).push(face)
}
console.log(
  `NUAA: ${live.length} live faces and ${prints.length} prints of ${new Set(presentations.map(({ person }) => person)).size} people`,
)
for (const [name, networks] of combinations) {
  const [of, against] = [await scoresOf(live, networks), await scoresOf(prints, networks)]
  const threshold = thresholdOf(networks)
  const heldOut = heldOutRates(against, of)
  console.log(`
${name}, threshold ${threshold.toFixed(3)}
  APCER ${shareText(apcer(against, threshold))}; not judged ${unjudged(against)}
  BPCER ${shareText(bpcer(of, threshold))}; not judged ${unjudged(of)}
  middle between attacks and live faces ${thresholdBetween(against, of)?.toFixed(3)}
  each person at the middle of the others (${heldOut?.thresholds.map((each) => each.toFixed(3)).join(' to ')}): APCER ${shareText(heldOut?.apcer ?? null)}, BPCER ${shareText(heldOut?.bpcer ?? null)}`)
}

if (minifas) {
  console.log(
    '\nminifas by the size of its square, errors of both kinds (%): people chosen on, others',
  )
  for (const crop of [1.2, 1.35, 1.5, 1.7, 1.9, 2.2, 2.7]) {
    const networks = [{ ...minifas, card: { ...minifas.card, crop } }]
    const [of, against] = [await scoresOf(live, networks), await scoresOf(prints, networks)]
    const rates = [true, false].flatMap((isTuning) => {
      const own = (all: readonly Assessed[]) =>
        all.filter(({ person }) => tuning.has(person) === isTuning)
      return [apcer(own(against), 0.5), bpcer(own(of), 0.5)].map((rate) =>
        (100 * (rate?.value ?? Number.NaN)).toFixed(1),
      )
    })
    console.log(
      `  ${crop.toFixed(2)}  APCER ${rates[0]}  BPCER ${rates[1]}   APCER ${rates[2]}  BPCER ${rates[3]}`,
    )
  }
}

await printConditions(live, prints)
await printOrdinary()
await printComposited()
process.exit(0)

/** Times of a face on one thread, without detection, in rounds side by side: a busy machine slows all of them. */
async function printTimes(): Promise<void> {
  const embedding = await openSession(await agnize.models.read(embeddingCard), [1, 3, 112, 112])
  const faces: { readonly picture: TurnedPicture; readonly face: Seen }[] = []
  for (const { person, photo } of presentations.filter((_, i) => i % 30 === 0)) {
    const face = await seen(person, photo)
    if (face) faces.push({ face, picture: new TurnedPicture(new Pyramid(face.image), 0) })
  }
  const kinds: readonly [string, (at: number) => Promise<unknown>][] = [
    ['fr_feature', () => embedding.run(new Float32Array(3 * 112 * 112).fill(0.5))],
    ...combinations.map(([name, networks]): [string, (at: number) => Promise<unknown>] => [
      name,
      (at) => {
        const { picture, face } = faces[at]!
        return assessLiveness(picture, face.box, face.quality, networks)
      },
    ]),
  ]
  const times = new Map<string, number[]>(kinds.map(([name]) => [name, []]))
  for (let round = 0; round < 10; round++) {
    for (let at = 0; at < faces.length; at++) {
      for (const [name, run] of kinds) {
        const start = performance.now()
        await run(at)
        if (round > 1) times.get(name)!.push(performance.now() - start)
      }
    }
  }
  const reference = median(times.get('fr_feature')!)
  for (const [name, all] of times) {
    const ratio = median(all) / reference
    console.log(
      `${name.padEnd(12)} ${median(all).toFixed(1)} ms, ${ratio.toFixed(2)} of the embedding's time`,
    )
  }
}
