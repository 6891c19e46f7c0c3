/**
 * Makes a cohort file from labeled faces of different people:
 *
 *     npm run make:cohort -- FOLDER… [--ordinary FOLDER] [--people 20] [--neighbors 3] [--model NAME]
 *       [--data TEXT] [--license TEXT] [--use TEXT] [--permitted commercial] [--permitted research] [--cache FOLDER] [--out FOLDER]
 *
 * It writes assets/cohorts/HASH.cohort, and prints the part of the model card and how near the group means are to single faces.
 *
 * A folder is one of:
 * - photos with `labels.json`, a list of `{ filename, age, gender }`, as FairFace has them;
 * - photos named `AGE_GENDER_RACE_….jpg`, as UTKFace has them (gender 0 male, 1 female; race 0 to 4);
 * - a sub-folder for each kind of people.
 *
 * --ordinary names a folder with a sub-folder a person, whose faces are ordinary ones: their mean resemblance keeps similarities near
 * the cosines (default the faces of the cohort themselves).
 */
import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { basename, join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { labeledFaces, labeledPhotos } from '../dist/evaluation/labeled-faces.js'
import { cohortWeight, makeCohort } from '../dist/evaluation/make-cohort.js'
import { Cohort } from '../dist/faces/cohort.js'
import { openAgnize, peopleIn } from '../dist/index.js'
import { cohortFileName, encodeCohort } from '../dist/models/cohort-file.js'

/** People whose faces are read from the folder of ordinary ones. Judgment: their mean is known to 0.002. */
const ordinaryPeople = 1000

const progress = (done: number, total: number) => {
  if (done % 500 === 0) console.error(`${done} of ${total} photos`)
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: 'string' },
    ordinary: { type: 'string' },
    people: { type: 'string', default: '20' },
    neighbors: { type: 'string', default: '3' },
    data: { type: 'string' },
    license: { type: 'string', default: 'unknown' },
    use: { type: 'string', default: '' },
    cache: { type: 'string' },
    permitted: { type: 'string', multiple: true, default: [] },
    out: { type: 'string', default: 'assets/cohorts' },
  },
})
if (positionals.length === 0) {
  console.error('Give a folder with labeled faces: npm run make:cohort -- FOLDER…')
  process.exit(2)
}
const photos = (
  await Promise.all(positionals.map((folder) => labeledPhotos(resolve(folder))))
).flat()
await using agnize = await openAgnize({
  store: ':memory:',
  ...(values.model && { model: values.model }),
})
const cacheOf = (name: string) => values.cache && { cache: join(values.cache, `${name}.jsonl`) }
const faces = await labeledFaces(agnize, photos, {
  onProgress: progress,
  ...cacheOf(positionals.map((folder) => basename(resolve(folder))).join('-')),
})
const made = makeCohort(faces, {
  people: Number(values.people),
  neighbors: Number(values.neighbors),
})
let { ordinary } = made
if (values.ordinary) {
  const people = new Map((await peopleIn(values.ordinary)).map(({ name, photo }) => [name, photo]))
  const cohort = new Cohort(made.means, made.neighbors)
  const others = [...people.values()].slice(0, ordinaryPeople)
  const ordinaryFaces = await labeledFaces(
    agnize,
    others.map((photo) => ({ photo, kind: '' })),
    { onProgress: progress, ...cacheOf('ordinary') },
  )
  const resemblances = ordinaryFaces.map(({ vector }) => cohort.resemblance(vector))
  ordinary = resemblances.reduce((sum, each) => sum + each, 0) / resemblances.length
}
const bytes = encodeCohort(made.means)
const sha256 = createHash('sha256').update(bytes).digest('hex')
await mkdir(values.out, { recursive: true })
const file = join(values.out, cohortFileName({ sha256 }))
await writeFile(file, bytes)
const { spread, nearest, largestLead } = made.privacy
console.log(
  `${relative('.', file)}  ${(bytes.length / 1000).toFixed(0)} kB, ${faces.length} faces of ${photos.length} photos, ${made.repeated} of them of a person who is there already\n`,
)
for (const { kind, faces, groups } of made.kinds) {
  console.log(`${kind.padEnd(20)} ${String(faces).padStart(6)} faces  ${groups} groups`)
}
console.log(
  `\nA group mean is the weighted mean of ${made.people} people or more, and as near to one of them as to the others: their cosines differ by at most ${spread.toFixed(4)}. The cosine of a mean and any face is at most ${nearest.toFixed(3)}; a mean's nearest face leads its twentieth nearest by at most ${largestLead.toFixed(3)}.\n`,
)
console.log('On the card:')
console.log(
  JSON.stringify(
    {
      sha256,
      groups: made.means.count,
      people: made.people,
      neighbors: made.neighbors,
      ordinary: Number(ordinary.toFixed(4)),
      weight: cohortWeight,
      data: values.data ?? positionals.map((folder) => basename(resolve(folder))).join(', '),
      license: values.license,
      use: values.use,
      ...(values.permitted.length > 0 && { permittedUses: values.permitted }),
    },
    null,
    2,
  ),
)
