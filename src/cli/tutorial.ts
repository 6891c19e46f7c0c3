import { Command } from 'commander'
import { AgnizeError } from '../base/errors.js'
import type { Face } from '../faces/face.js'
import { peopleIn } from '../gallery/people-folder.js'
import type { Agnize } from '../library/agnize.js'
import { facenetName, ModelStore } from '../models/model-store.js'
import { distance } from '../recognition/similarity.js'
import { defaultErrorRate, thresholdFor } from '../recognition/threshold.js'
import { defaultHome } from '../session/open-session.js'
import { exitCodes, type GlobalOptions, positiveNumber, withAgnize } from './command-options.js'
import { photoArguments } from './photo-arguments.js'
import { SkippedFiles } from './skipped-files.js'
import { printTable } from './table.js'
import { colors, print, printNote, printStderr } from './terminal.js'

/** The tutorial's threshold, found by trial and error. */
const tutorialDistance = 0.52

/** `agnize tutorial` */
export function tutorialCommand(): Command {
  return new Command('tutorial')
    .description('walk through the face recognition tutorial: a folder of people, and who is it?')
    .argument('<folder>', 'folder with one photo per person, named after the person')
    .argument('<probe...>', 'photos to identify')
    .option(
      '--distance <n>',
      `largest distance that counts as a match (default: ${tutorialDistance} with FaceNet)`,
      positiveNumber,
    )
    .addHelpText(
      'after',
      `
Example:
  $ agnize tutorial images/ webcam.jpg

Nothing is stored. For recognition that handles strangers, use "agnize enroll" and "agnize identify".
Exit status: 0 somebody was recognized, 1 nobody was recognized, 2 a photo failed.`,
    )
    .action(
      async (
        folder: string,
        probes: string[],
        options: { distance?: number },
        command: Command,
      ) => {
        const model = await modelFor(command)
        process.exitCode = await withAgnize(
          command,
          (agnize, signal) => runTutorial(agnize, signal, folder, probes, options.distance),
          { model },
        )
      },
    )
}

/** The model of `--model`, or else FaceNet if it is on this machine; undefined for the default model. */
async function modelFor(command: Command): Promise<string | undefined> {
  const { model, home } = command.optsWithGlobals<GlobalOptions>()
  if (model) return model
  const models = await new ModelStore(home ?? defaultHome(), true).list()
  if (models.some(({ card, state }) => card.name === facenetName && state === 'ready')) {
    return facenetName
  }
  printNote(
    'The tutorial’s network, FaceNet, is not on this machine ("agnize models pull facenet" fetches it): agnize’s default model is used instead, whose distances differ.',
  )
  return undefined
}

interface Entry {
  readonly name: string
  readonly face: Face
}

async function runTutorial(
  agnize: Agnize,
  signal: AbortSignal,
  folder: string,
  probes: readonly string[],
  given: number | undefined,
): Promise<number> {
  const card = await agnize.embeddingCard()
  const limit =
    given ??
    (card.calibration
      ? distance(thresholdFor(card, { fmr: defaultErrorRate }).value)
      : tutorialDistance)
  print(colors.bold('prepare_database'))
  const database = await prepareDatabase(agnize, signal, folder)
  for (const { name, face } of database) {
    const { vector } = face.embedding
    const first = [...vector.slice(0, 4)].map((x) => x.toFixed(4)).join(', ')
    print(`  ${name}: ${vector.length} numbers, [${first}, …]`)
  }
  let recognized = false
  let failed = false
  for (const { label, source } of await photoArguments([...probes])) {
    print(`\n${colors.bold('who_is_it')} ${label}`)
    let faces: Face[]
    try {
      faces = await agnize.analyze(source, { signal })
      if (faces.length === 0)
        throw new AgnizeError('no-face', 'no face was found: give another photo.')
    } catch (error) {
      if (!(error instanceof AgnizeError) || signal.aborted) throw error
      printStderr(`${label}: ${colors.red('failed')} ${error.message} [${error.code}]`)
      failed = true
      continue
    }
    for (const [i, face] of faces.entries()) {
      if (faces.length > 1)
        print(`  face ${i + 1} of ${faces.length}, at ${face.box.x},${face.box.y}`)
      recognized = whoIsIt(face, database, limit) || recognized
    }
  }
  const source =
    given === undefined && card.calibration
      ? `one of ${1 / defaultErrorRate} pairs of different people passes, as measured for ${card.name}`
      : given === undefined
        ? 'found by trial and error, in the tutorial'
        : 'as given'
  print(`\nNearer than ${limit.toFixed(2)} is a match: ${source}.`)
  if (failed) return exitCodes.error
  return recognized ? exitCodes.done : exitCodes.noMatch
}

/** Computes an embedding of each person in the folder from one photo. */
async function prepareDatabase(
  agnize: Agnize,
  signal: AbortSignal,
  folder: string,
): Promise<Entry[]> {
  const seen = new Set<string>()
  const skipped = new SkippedFiles()
  const found = await peopleIn(folder, skipped).finally(() => skipped.report())
  const photos = found.filter(({ name }) => !seen.has(name) && seen.add(name))
  const database: Entry[] = []
  let next = 0
  for await (const each of agnize.analyzeEach(
    photos.map(({ photo }) => photo),
    { signal },
  )) {
    const { name } = photos[next++]!
    if ('error' in each)
      printStderr(`${each.photo}: ${colors.red('left out')}, ${each.error.message}`)
    else if (!each.result.faces[0])
      printStderr(`${each.photo}: ${colors.red('left out')}, no face was found.`)
    else database.push({ name, face: each.result.faces[0] })
  }
  if (database.length === 0) {
    throw new AgnizeError(
      'no-face',
      `No photo in ${folder} shows a face: give one photo per person.`,
    )
  }
  return database
}

/** Prints the distances to all entries, and the greeting if the nearest is within the limit. @returns Whether it is. */
function whoIsIt(face: Face, database: readonly Entry[], limit: number): boolean {
  const distances = database
    .map(({ name, face: known }) => ({
      name,
      value: euclidean(face.embedding.vector, known.embedding.vector),
    }))
    .sort((a, b) => a.value - b.value)
  printTable(
    ['distance', 'to'],
    distances.map(({ name, value }) => [value.toFixed(4), name]),
  )
  const [nearest] = distances
  if (!nearest || nearest.value > limit) {
    print('  Not in the database.')
    return false
  }
  print(`  ${colors.green(`Welcome ${nearest.name}, have a nice day!`)}`)
  return true
}

/** The tutorial's `np.linalg.norm(a - b)`. */
function euclidean(a: Float32Array, b: Float32Array): number {
  return Math.hypot(...a.map((value, i) => value - b[i]!))
}
