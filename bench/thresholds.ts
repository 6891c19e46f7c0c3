/**
 * The thresholds on the default model's card, with the part of the card as JSON: `npm run bench:thresholds` for the cohort of
 * UTKFace, `npm run bench:thresholds -- fairface` for that of FairFace. Reads UTKFace, FairFace and Labeled Faces in the Wild from
 * AGNIZE_TEST_FACES.
 *
 * At each rate the threshold is the larger of two:
 * - of Labeled Faces in the Wild, one photo of each of thousands of people, the threshold of half the rate;
 * - of adults of one origin and sex in UTKFace, as far as the group has 100 people and ten false matches, the threshold of three
 *   times the rate, where nobody who is compared is in the cohort.
 *
 * Three times leaves room below the promised four times for people other than these.
 */
import { openAgnize } from '../dist/index.js'
import { upperQuantile } from '../dist/recognition/normal.js'
import { allPairs, countFrom, embeddedSet, firstOfEach, thresholdWith } from './embedded-sets.js'
import {
  cohortFacesOfFairFace,
  falseMatchRates,
  fewestPeople,
  heldOutComparisons,
  isAdult,
  measureOf,
  pairsByKind,
  peopleByKind,
  utkFaces,
} from './groups.js'

const rates = [1e-2, 1e-3, 1e-4, 1e-5, 1e-6]
/** What the thresholds are chosen for, in multiples of the asked rate. */
const aimed = { lfw: 1 / 2, groups: 3 } as const
/** Least number of false matches behind a threshold of a group, and of Labeled Faces in the Wild. */
const fewestMatches = { groups: 10, lfw: 5 } as const
/**
 * Two photos of Labeled Faces in the Wild under two names that are more similar than this show one person by eye, or twins: 13 of
 * ten million pairs.
 */
const oneOfTwoNames = 0.6

const ofFairFace = process.argv[2] === 'fairface'
await using agnize = await openAgnize({ store: ':memory:' })
const utk = utkFaces(await embeddedSet(agnize, 'utk'))
const lfw = firstOfEach((await embeddedSet(agnize, 'lfw-wild')).faces)
const ordinary = lfw.slice(0, 1000).map(({ vector }) => vector)
const cohortFaces = ofFairFace ? await cohortFacesOfFairFace(agnize) : utk
const measure = measureOf(cohortFaces, ordinary)
const comparisons = ofFairFace ? [{ faces: utk, measure }] : heldOutComparisons(utk, ordinary)
const groups = pairsByKind(comparisons)
const people = peopleByKind(utk)

const cosines = allPairs(lfw.map(({ vector }) => ({ vector, offset: 0 })))
const doubtful = countFrom(cosines, oneOfTwoNames)
const pairs = allPairs(lfw.map(({ vector }) => measure.prepare(vector))).subarray(doubtful)
console.log(
  `${lfw.length} people of Labeled Faces in the Wild, ${pairs.length.toLocaleString('en')} pairs without ${doubtful} of one person under two names; ${utk.length} people of UTKFace`,
)
let before = -1
const thresholds = rates.map((fmr) => {
  const ofGroups = [...groups]
    .filter(([kind]) => isAdult(kind) && people.get(kind)! >= fewestPeople)
    .filter(([kind]) => {
      const n = people.get(kind)!
      return aimed.groups * fmr * ((n * (n - 1)) / 2) >= fewestMatches.groups
    })
    .map(([kind, own]) => ({ kind, threshold: thresholdWith(own, aimed.groups * fmr) }))
  const share = aimed.lfw * fmr
  const ofLfw = share * pairs.length >= fewestMatches.lfw ? thresholdWith(pairs, share) : Number.NaN
  const largest = Math.max(ofLfw, ...ofGroups.map(({ threshold }) => threshold))
  // A rarer rate has a higher threshold, also where fewer groups carry it.
  const similarity = Math.max(Math.ceil(1000 * largest), before + 1) / 1000
  before = Math.round(1000 * similarity)
  console.log(
    `FMR ${fmr}: LFW ${ofLfw.toFixed(3)}; ${ofGroups.map(({ kind, threshold }) => `${kind} ${threshold.toFixed(3)}`).join(', ') || 'no group has enough pairs'} → ${similarity}`,
  )
  return { fmr, similarity }
})
const [former, last] = thresholds.slice(-2) as [(typeof thresholds)[0], (typeof thresholds)[0]]
const tail =
  (last.similarity - former.similarity) / (upperQuantile(last.fmr) - upperQuantile(former.fmr))

const asked = 1e-3
const at = thresholds.find(({ fmr }) => fmr === asked)!.similarity
const table = [...falseMatchRates(comparisons, at)]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([kind, { value, low, high }]) => {
    const round = (rate: number) => Number(rate.toPrecision(2))
    const interval = [round(low), round(high)]
    return { name: kind, people: people.get(kind)!, asked, fmr: round(value), interval }
  })
console.log('\nOn the card:')
console.log(
  JSON.stringify(
    {
      basis: {
        data: 'Labeled Faces in the Wild (folds 4 to 10) and UTKFace',
        subjects: lfw.length + utk.length,
        genuinePairs: null,
        impostorPairs: pairs.length,
      },
      thresholds,
      tail: Number(tail.toFixed(3)),
      groups: table,
    },
    null,
    2,
  ),
)
